"""What every recipient's messages weigh: those of the main shipment and of its reminders, in one pass."""

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field

from app.messaging import urls
from app.messaging.scheme import ways, without_sms
from app.messaging.status import Channel
from app.messaging.template import normalise
from app.orders import keywords, message
from app.orders.addressing import known
from app.orders.contents import Contents
from app.orders.message import Texts
from app.orders.models import Order, RecipientKind
from app.orders.reminders import queries as reminders

MAIN = 0
"""Stands for the main shipment among the numbers of reminders."""

FLAWED_REMINDER = "reminder_flawed"
"""The reason where a row can get the main message, but not a reminder's."""

Chain = Mapping[int, Texts]
"""The texts of the main shipment and of the reminders by their numbers, all for the same channels."""

Row = tuple[int, str, int, bool, int | None, list[str] | None, int, str | None, bytes | None, list[str] | None]
"""Row number, country, kind as far as it has been looked up, whether there is an e-mail beside, the channel that it
repeats, values; what its keywords are made of; and an organisation's further addresses, by the countries of phone
numbers and nothing for e-mail."""


@dataclass
class Counted:
    """The messages of one shipment."""

    recipients: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By country and segments; of e-mails without either."""
    contents: Contents = field(default_factory=Contents)
    """Of the SMS."""

    def add(
        self, country: str, channel: Channel, segments: int, hosts: frozenset[str], has_email: bool, times: int = 1
    ) -> None:
        """Count messages that are alike."""
        self.recipients[country if channel is Channel.SMS else "", segments] += times
        if channel is Channel.SMS:
            self.contents.add(country, hosts, times, segments * times, times * has_email)


@dataclass
class Tally:
    """What a check has found so far."""

    shipments: dict[int, Counted]
    empty_values: list[int]
    without_phone: int = 0
    without_email: int = 0
    left_out: int = 0
    done: int = 0
    in_other_language: int = 0
    """Who reads a language that nothing is said in."""
    heaviest: tuple[int, int, int] = (0, 0, 0)
    """The most segments that an SMS of the main shipment takes, and the part and row of the first that does."""

    @classmethod
    def of(cls, chain: Chain) -> "Tally":
        """Begin to count."""
        return cls({no: Counted() for no in chain}, [0] * len(message.placeholders(chain[MAIN])))

    def note_lacking(self, kind: int, has_email: bool, times: int = 1) -> None:
        """Count recipients who lack an address."""
        self.without_phone += times * (kind == RecipientKind.EMAIL)
        self.without_email += times * (kind == RecipientKind.PHONE and not has_email)


def chain_of(draft: Order) -> Chain:
    """Give the texts of a draft's main shipment and of its reminders."""
    its = reminders.reminders_of(draft.id)
    return {MAIN: draft, **{reminder.no: reminders.texts_of(draft, reminder) for reminder in its}}


def has_placeholders(chain: Chain) -> bool:
    """Whether each recipient's messages must be filled to be weighed."""
    return any(not message.is_same_to_all(texts) for texts in chain.values())


def is_missing(chain: Chain, columns: Sequence[str]) -> bool:
    """Whether any text asks for a column that is not there."""
    return any(message.missing(texts, columns) for texts in chain.values())


def weigh_alike(
    chain: Chain,
    moved: Container[str],
    rows: Sequence[tuple[str, int, bool, int | None, int]],
    further: Sequence[tuple[str, bool, int]],
    tally: Tally,
) -> None:
    """Count all recipients of texts without placeholders: one message of each channel, weighed once.

    `moved` are the countries whose recipients get no SMS where they have an e-mail address; `further` are the other
    addresses of organisations, by country and whether there is an e-mail beside.
    """
    scheme = chain[MAIN].channel
    hosts = {no: urls.hosts(texts.sms_text) for no, texts in chain.items()}
    weights = {no: _weights(texts) for no, texts in chain.items()}
    for country, kind, has_email, repeats, recipients in rows:
        tally.note_lacking(kind, has_email, recipients)
        tally.done += recipients
        for channel in _ways(scheme, kind, has_email, repeats, is_moved=country in moved):
            for no, counted in tally.shipments.items():
                counted.add(country, channel, weights[no][channel], hosts[no], has_email, recipients)
    for country, has_email, addresses in further:
        channel = _channel_to(country)
        for no, counted in tally.shipments.items():
            counted.add(country, channel, weights[no][channel], hosts[no], has_email, addresses)


def _channel_to(country: str) -> Channel:
    return Channel.SMS if country else Channel.EMAIL


def _weights(texts: Texts) -> dict[Channel, int]:
    return {
        channel: message.weigh(message.Message(*message.subject_and_text(one)), channel).segments
        for channel, one in message.by_channel(texts).items()
    }


class Filled:
    """Fills and weighs the messages of one shipment, for rows of the same columns."""

    def __init__(self, texts: Texts, columns: Sequence[str]) -> None:
        by_channel = message.by_channel(texts)
        self._compose = {channel: message.composer(one, columns) for channel, one in by_channel.items()}
        sms = by_channel.get(Channel.SMS)
        self._hosts = message.hosts_finder(sms, columns) if sms else None

    def weigh(self, cells: Sequence[str | None], taken: Sequence[Channel]) -> list[tuple[Channel, int, frozenset[str]]]:
        """Give segments and hosts by channel; raise Flawed where one of them cannot be sent."""
        found = []
        for channel in taken:
            filled = self._compose[channel](cells)
            weight = message.weigh(filled, channel)
            if weight.flaw:
                raise Flawed(weight.flaw)
            is_sms = channel is Channel.SMS and self._hosts is not None
            hosts = self._hosts(cells, filled.text) if is_sms and self._hosts else frozenset[str]()
            found.append((channel, weight.segments, hosts))
        return found


class Flawed(ValueError):
    """A message that cannot be sent, by the code of why."""


def weigh_rows(
    chain: Chain, moved: Container[str], part: int, columns: Sequence[str], rows: Sequence[Row], tally: Tally
) -> list[tuple[int, str]]:
    """Add a chunk to the tally and return the rows that cannot be sent, with the reason; `moved` as above."""
    width, columns = len(columns), keywords.columns_with(columns)
    is_other_language = _other_language(chain[MAIN], columns)
    scheme, filling = chain[MAIN].channel, {no: Filled(texts, columns) for no, texts in chain.items()}
    positions = _positions(message.placeholders(chain[MAIN]), columns)
    flaws = []
    for row_no, country, kind, has_email, repeats, values, given_as, name, identity, further in rows:
        cells = keywords.cells_with(values or (), width, given_as, name, identity)
        for index, position in enumerate(positions):
            tally.empty_values[index] += position is None or not (cells[position] or "").strip()
        taken = _ways(scheme, kind, has_email, repeats, is_moved=country in moved)
        try:
            weights = {no: _weigh(no, one, cells, taken) for no, one in filling.items()}
        except Flawed as flaw:
            flaws.append((row_no, str(flaw)))
            continue
        tally.note_lacking(kind, has_email)
        tally.in_other_language += is_other_language(cells)
        most = max([segments for _, segments, _ in weights[MAIN]], default=0)
        if most > tally.heaviest[0]:
            tally.heaviest = (most, part, row_no)
        for no, found in weights.items():
            for channel, segments, hosts in found:
                tally.shipments[no].add(country, channel, segments, hosts, has_email)
                for other in further or ():
                    if _channel_to(other) is channel:
                        tally.shipments[no].add(other, channel, segments, hosts, has_email)
    tally.left_out += len(flaws)
    tally.done += len(rows)
    return flaws


def _weigh(
    no: int, filling: Filled, cells: Sequence[str | None], taken: Sequence[Channel]
) -> list[tuple[Channel, int, frozenset[str]]]:
    try:
        return filling.weigh(cells, taken)
    except Flawed as flaw:
        raise Flawed(str(flaw) if no == MAIN else FLAWED_REMINDER) from None


def _ways(scheme: int, kind: int, has_email: bool, repeats: int | None, *, is_moved: bool) -> list[Channel]:
    """The channels on which a recipient gets a message, as far as is known now."""
    having = without_sms(known(kind, has_email)) if is_moved else known(kind, has_email)
    return [channel for channel in ways(scheme, having, repeats) if channel in having]


def _positions(names: Sequence[str], columns: Sequence[str]) -> list[int | None]:
    known_names = [normalise(column) for column in columns]
    keys = [normalise(name) for name in names]
    return [known_names.index(key) if key in known_names else None for key in keys]


def _other_language(texts: Texts, columns: Sequence[str]) -> Callable[[Sequence[str | None]], bool]:
    """Tell of a recipient whether nothing is said in the language that its column names."""
    known_names, wanted = [normalise(column) for column in columns], normalise(texts.language_column)
    if not texts.wordings or not wanted or wanted not in known_names:
        return lambda cells: False
    at = known_names.index(wanted)
    language_of = message.language_finder(texts, columns)
    offered = {texts.language, *texts.wordings}
    return lambda cells: bool(cells[at]) and language_of is not None and language_of(cells) not in offered
