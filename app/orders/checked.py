"""What the check page shows: numbers, costs, warnings, and the message of any row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.messaging.scheme import Scheme, channels_of, moved_countries, ways, without_sms
from app.messaging.status import Channel
from app.orders import cost, keywords, message, queries, reach, text_warnings, words
from app.orders.models import Intake, IntakeStatus, Order, OrderCheck
from app.orders.problems import Problem, intake_name, problems_of
from app.orders.reminders.models import Reminder
from app.orders.reminders.queries import texts_of
from app.prices.countries import country_name


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the check of the draft's current revision has come; `total` is 0 where that is not known yet."""

    is_asked: bool
    is_ended: bool
    done: int
    total: int
    looked_up: int = 0
    to_look_up: int = 0
    """Persons and organisations, who are looked up before anything is counted."""


@dataclass(frozen=True, slots=True)
class OneMessage:
    """What a recipient would read on one channel."""

    channel: Channel
    message: message.Message
    segments: int
    address: str
    """Empty where the row has none for this channel."""
    is_sent: bool
    """Whether this one is sent at first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The messages of one row as its recipient will read them, that of the channel that goes first first."""

    row: queries.FoundRow
    messages: Sequence["OneMessage"]
    previous: queries.FoundRow | None
    next: queries.FoundRow | None


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything that a person sees before sending; `without_…` count recipients that lack an address."""

    numbers: queries.Numbers
    estimate: cost.Estimate
    problems: Sequence[Problem]
    warnings: Sequence[str]
    without_phone: int
    without_email: int


def progress_of(draft: Order, check: OrderCheck | None) -> Progress:
    """Tell how far the check of a draft as it stands has come."""
    if check is None or check.revision != draft.revision:
        return Progress(is_asked=False, is_ended=False, done=0, total=0)
    return Progress(True, check.ended_at is not None, check.done, check.total, check.looked_up, check.to_look_up)


def look(draft: Order, check: OrderCheck, intakes: Sequence[Intake]) -> Checked:
    """Gather what an ended check found."""
    estimate = cost.estimate(draft.id, draft.channel)
    warnings = [*text_warnings.of(draft, check, intakes), *_about_columns(intakes), *_about_prices(estimate)]
    numbers, problems = queries.numbers(draft.id), problems_of(draft)
    return Checked(numbers, estimate, problems, warnings, check.without_phone, check.without_email)


def ways_of(draft: Order, found: Checked, reached: int) -> list[str]:
    """Say how many recipients go which way, of those who can be reached; nothing of an order on one channel."""
    if len(channels_of(draft.channel)) < 2:
        return []
    counts = (reached, found.without_phone, found.without_email, _moved(draft, found))
    return words.ways(draft.channel, *counts, falls_back=draft.falls_back)


def _moved(draft: Order, found: Checked) -> int:
    """Count who gets an e-mail for their country's sake: all that do, but for those without a phone number."""
    is_moved = draft.channel == Scheme.SMS_PREFERRED and draft.moved_to_email
    if not is_moved:
        return 0
    return found.estimate.messages_by(Channel.EMAIL) - reach.further_emails(draft.id) - found.without_phone


def shown(draft: Order, row: queries.FoundRow | None) -> Shown | None:
    """Fill the messages of one row; None without a row, or where its columns cannot fill the texts."""
    if row is None or message.missing(draft, row.columns):
        return None
    taken = ways(draft.channel, _having(draft, row), row.repeats)
    texts = message.by_channel(draft)
    messages = [_one(row, channel, one, is_sent=channel in taken) for channel, one in texts.items()]
    before = queries.row_before(draft.id, row.part, row.row_no)
    return Shown(row, messages, before, queries.row_after(draft.id, row.part, row.row_no))


def _having(draft: Order, row: queries.FoundRow) -> tuple[Channel, ...]:
    having = tuple(row.addresses)
    return without_sms(having) if row.country in moved_countries(draft.channel, draft.moved_to_email) else having


def _one(row: queries.FoundRow, channel: Channel, texts: message.OneChannel, *, is_sent: bool) -> OneMessage:
    columns = keywords.columns_with(row.columns)
    filled = message.composer(texts, columns)(row.cells)
    segments = message.weigh(filled, channel).segments
    return OneMessage(channel, filled, segments, row.addresses.get(channel, ""), is_sent)


def reminder_messages(
    draft: Order, reminder: Reminder, row: queries.FoundRow | None
) -> list[tuple[Channel, message.Message]]:
    """Fill a reminder's messages with a row; without one, or where its columns cannot fill them, as they were typed."""
    texts = texts_of(draft, reminder)
    if row is None or message.missing(texts, row.columns):
        return [(channel, _as_typed(one)) for channel, one in message.by_channel(texts).items()]
    return [
        (channel, message.composer(one, keywords.columns_with(row.columns))(row.cells))
        for channel, one in message.by_channel(texts).items()
    ]


def _as_typed(texts: message.OneChannel) -> message.Message:
    return message.Message(*message.subject_and_text(texts))


def _about_columns(intakes: Sequence[Intake]) -> Iterator[str]:
    for intake in intakes:
        if intake.status != IntakeStatus.READ:
            continue
        if intake.half_invalid:
            yield ngettext(
                "In %(num)s row of %(name)s one of the two addresses cannot be used; the other one is.",
                "In %(num)s rows of %(name)s one of the two addresses cannot be used; the other one is.",
                intake.half_invalid,
                name=intake_name(intake),
            )
        if intake.hidden_rows:
            yield ngettext(
                "%(num)s hidden row of %(name)s was passed over.",
                "%(num)s hidden rows of %(name)s were passed over.",
                intake.hidden_rows,
                name=intake_name(intake),
            )


def _about_prices(estimate: cost.Estimate) -> Iterator[str]:
    if estimate.without_price:
        names = ", ".join(country_name(code) or gettext("e-mail") for code in estimate.without_price)
        yield gettext("The price list has no price for %(names)s, so the total cost is not known.", names=names)
