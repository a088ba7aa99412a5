"""The message that one recipient gets: the order's subject and text, filled with the recipient's values.

The check and the worker both ask here, so that what was shown is what is sent.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from app.messaging import markdown
from app.messaging.language import Wording, read_language
from app.messaging.link_template import LinkTemplate
from app.messaging.scheme import channels_of
from app.messaging.segments import MAX_SEGMENTS, count_segments
from app.messaging.status import Channel
from app.messaging.template import Kind, Slot, Template, normalise
from app.messaging.urls import hosts

MOST_PAGES = 128
"""So many ways in which switched words fall are kept made."""

_LINE_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")


class Texts(Protocol):
    """An order or a shipment: whatever holds the texts of both channels."""

    @property
    def channel(self) -> int:
        """A `Scheme`; to compose a message, one `Channel`."""

    @property
    def sms_text(self) -> str:
        """The text of an SMS."""

    @property
    def email_subject(self) -> str:
        """The subject of an e-mail."""

    @property
    def email_text(self) -> str:
        """The text of an e-mail."""

    @property
    def language(self) -> str:
        """The `Language` of these; empty where nobody said so."""

    @property
    def language_column(self) -> str:
        """The column that says which language a recipient reads."""

    @property
    def wordings(self) -> Mapping[str, Mapping[str, str]]:
        """The texts in other languages, by `Language`."""


@dataclass(frozen=True, slots=True)
class OneChannel:
    """The texts of an order as one of its channels says them."""

    channel: int
    sms_text: str
    email_subject: str
    email_text: str
    language: str = ""
    language_column: str = ""
    wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Message(NamedTuple):
    """What one recipient reads, an SMS without a subject; a named tuple since a batch makes a thousand of them."""

    subject: str
    text: str
    html: str = ""
    """An e-mail's text as a whole HTML page, where it has formatting."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a message costs in segments (0 for e-mail), and the code of why it cannot be sent, if so."""

    segments: int
    flaw: str | None


Composer = Callable[[Sequence[str | None]], Message]

HostsFinder = Callable[[Sequence[str | None], str], frozenset[str]]
"""Takes a recipient's values and the text filled with them, and gives the hosts of its links."""


def by_channel(texts: Texts) -> dict[Channel, OneChannel]:
    """Take the texts of an order or a shipment apart, those of the channel that goes first first."""
    said = (texts.sms_text, texts.email_subject, texts.email_text)
    languages = (texts.language, texts.language_column, texts.wordings)
    return {channel: OneChannel(channel, *said, *languages) for channel in channels_of(texts.channel)}


def in_languages(texts: Texts) -> dict[str, OneChannel]:
    """The texts of one channel by language, those of recipients whose own is not there first.

    A language that says nothing on this channel is left out: who reads it gets the first.
    """
    said = (texts.sms_text, texts.email_subject, texts.email_text)
    found = {texts.language: OneChannel(texts.channel, *said, texts.language)}
    for language, words in texts.wordings.items():
        wording = Wording(**words)
        said_on_it = wording.email_text if texts.channel == Channel.EMAIL else wording.sms_text
        if said_on_it.strip() and language != texts.language:
            parts = (wording.sms_text, wording.email_subject or texts.email_subject, wording.email_text)
            found[language] = OneChannel(texts.channel, *parts, language)
    return found


def every_text(texts: Texts) -> Iterator[str]:
    """Give each subject and text of each channel and language."""
    for one in by_channel(texts).values():
        for said in in_languages(one).values():
            yield from subject_and_text(said)


def subject_and_text(texts: Texts) -> tuple[str, str]:
    """Give the subject and text as typed, of the channel that is meant."""
    return (texts.email_subject, texts.email_text) if texts.channel == Channel.EMAIL else ("", texts.sms_text)


def placeholders(texts: Texts) -> tuple[str, ...]:
    """List the placeholders of subjects and texts as first written, each once."""
    first_written: dict[str, str] = {}
    for slot in slots(texts):
        first_written.setdefault(normalise(slot.name), slot.name)
    return tuple(first_written.values())


def slots(texts: Texts) -> list[Slot]:
    """List all placeholders of subjects and texts."""
    return [slot for text in every_text(texts) for slot in Template(text).slots]


def is_same_to_all(texts: Texts) -> bool:
    """Whether everybody gets the same words."""
    return not slots(texts) and all(len(in_languages(one)) == 1 for one in by_channel(texts).values())


def has_personal_text(texts: Texts) -> bool:
    """Whether the text of a channel, its subject aside, is not the same to everybody."""
    said = in_languages(texts).values()
    return len(said) > 1 or any(Template(subject_and_text(one)[1]).slots for one in said)


def missing(texts: Texts, columns: Iterable[str]) -> list[str]:
    """List the placeholders, as written, that need a column and have none."""
    known = {normalise(column) for column in columns}
    needed = {normalise(slot.name) for slot in slots(texts) if slot.needs_column}
    return [name for name in placeholders(texts) if normalise(name) in needed - known]


def composer(texts: Texts, columns: Sequence[str]) -> Composer:
    """Return what makes the message from values aligned with the columns; raise MissingColumns where one is missing.

    Line breaks in a filled subject become one space, as Altinn does it.
    """
    return _each_in_its_language(texts, columns, lambda one: _composer(one, columns))


def _composer(texts: OneChannel, columns: Sequence[str]) -> Composer:
    subject, text = (Template(part).compile(columns) for part in subject_and_text(texts))
    if texts.channel == Channel.SMS:
        return lambda values: Message("", text(values))
    return lambda values: Message(one_line(subject(values)), text(values))


def _each_in_its_language(texts: Texts, columns: Sequence[str], make: Callable[[OneChannel], Composer]) -> Composer:
    by_language = {language: make(one) for language, one in in_languages(texts).items()}
    first = by_language[texts.language]
    language_of = language_finder(texts, columns)
    if len(by_language) == 1 or language_of is None:
        return first
    return lambda values: by_language.get(language_of(values) or "", first)(values)


def language_finder(texts: Texts, columns: Sequence[str]) -> Callable[[Sequence[str | None]], str | None] | None:
    """Return what reads a recipient's language from the values; None where no column says it."""
    known = [normalise(column) for column in columns]
    wanted = normalise(texts.language_column)
    if not wanted or wanted not in known:
        return None
    at = known.index(wanted)
    return lambda values: read_language(values[at])


def hosts_finder(texts: Texts, columns: Sequence[str]) -> HostsFinder:
    """Return what finds the hosts of links in a filled text, without reading it where no value can make a link.

    `columns` are those that the composer was made with.
    """
    if len(in_languages(texts)) > 1:
        return lambda values, text: hosts(text)
    known = [normalise(column) for column in columns]
    template = LinkTemplate(subject_and_text(texts)[1])
    places = [known.index(normalise(name)) if normalise(name) in known else None for name in template.names]
    return lambda values, text: template.hosts([None if at is None else values[at] for at in places], text)


def formatted(texts: Texts, columns: Sequence[str], sender: str, logo: str = "") -> Composer:
    """Do as `composer`, with the text as a page beside it, made of Markdown; values in it are shown as they are.

    Above the text stand the sender's name and, where it has one, its logo, by the image's address.
    """
    return _each_in_its_language(texts, columns, lambda one: _formatted(one, columns, sender, logo))


def _formatted(texts: OneChannel, columns: Sequence[str], sender: str, logo: str) -> Composer:
    compose, template = _composer(texts, columns), Template(texts.email_text)
    texts_of, slots = template.texts_of(columns), template.slots
    pages: dict[tuple[str, ...], Callable[[str, Sequence[str | None]], str]] = {}

    def both(values: Sequence[str | None]) -> Message:
        words, told = compose(values), texts_of(values)
        # Switched words are the sender's own, and may be formatted; there are few ways in which they fall.
        key = tuple([text for slot, text in zip(slots, told, strict=True) if slot.kind is Kind.WORDS])
        if key not in pages:
            if len(pages) == MOST_PAGES:
                pages.clear()
            settled = template.settled(told)
            pages[key] = markdown.pages(settled.weave, len(settled.slots), sender, texts.language, logo)
        shown = [text for slot, text in zip(slots, told, strict=True) if slot.kind is not Kind.WORDS]
        return Message(words.subject, words.text, pages[key](words.subject, shown))

    return both


def weigh(message: Message, channel: int) -> Weight:
    """Count the segments of a filled message and say whether it can be sent at all."""
    if not message.text.strip():
        return Weight(0, "text_empty")
    if channel == Channel.EMAIL:
        return Weight(0, None if message.subject.strip() else "subject_empty")
    segments = count_segments(message.text)
    return Weight(segments, "text_too_long" if segments > MAX_SEGMENTS else None)


def one_line(subject: str) -> str:
    """Write a subject on one line."""
    return _LINE_BREAKS.sub(" ", subject).strip()
