"""The message that one recipient gets: the order's subject and text, filled with the recipient's values.

The check and the worker both ask here, so that what was shown is what is sent.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.messaging import markdown
from app.messaging.link_template import LinkTemplate
from app.messaging.scheme import channels_of
from app.messaging.segments import MAX_SEGMENTS, count_segments
from app.messaging.status import Channel
from app.messaging.template import Template, normalise

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


@dataclass(frozen=True, slots=True)
class OneChannel:
    """The texts of an order as one of its channels says them."""

    channel: int
    sms_text: str
    email_subject: str
    email_text: str


@dataclass(frozen=True, slots=True)
class Message:
    """What one recipient reads; an SMS has no subject."""

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
    return {channel: OneChannel(channel, *said) for channel in channels_of(texts.channel)}


def subject_and_text(texts: Texts) -> tuple[str, str]:
    """Give the subject and text as typed, of the channel that is meant."""
    return (texts.email_subject, texts.email_text) if texts.channel == Channel.EMAIL else ("", texts.sms_text)


def placeholders(texts: Texts) -> tuple[str, ...]:
    """List the placeholders of subjects and texts as first written, each once."""
    first_written: dict[str, str] = {}
    for one in by_channel(texts).values():
        for text in subject_and_text(one):
            for name in Template(text).names:
                first_written.setdefault(normalise(name), name)
    return tuple(first_written.values())


def missing(texts: Texts, columns: Iterable[str]) -> list[str]:
    """List the placeholders, as written, that none of the columns fills."""
    known = {normalise(column) for column in columns}
    return [name for name in placeholders(texts) if normalise(name) not in known]


def composer(texts: Texts, columns: Sequence[str]) -> Composer:
    """Return what makes the message from values aligned with the columns; raise MissingColumns where one is missing.

    Line breaks in a filled subject become one space, as Altinn does it.
    """
    subject, text = (Template(part).compile(columns) for part in subject_and_text(texts))
    if texts.channel == Channel.SMS:
        return lambda values: Message("", text(values))
    return lambda values: Message(one_line(subject(values)), text(values))


def hosts_finder(texts: Texts, columns: Sequence[str]) -> HostsFinder:
    """Return what finds the hosts of links in a filled text, without reading it where no value can make a link.

    `columns` are those that the composer was made with.
    """
    known = [normalise(column) for column in columns]
    template = LinkTemplate(subject_and_text(texts)[1])
    positions = [known.index(normalise(name)) for name in template.names]
    return lambda values, text: template.hosts([values[position] for position in positions], text)


def formatted(compose: Composer, columns: int, sender: str) -> Composer:
    """Do as `compose`, with the text as a page beside it, made of Markdown; values in it are shown as they are."""

    page_of = markdown.pages(lambda values: compose(values).text, columns, sender)

    def both(values: Sequence[str | None]) -> Message:
        words = compose(values)
        return Message(words.subject, words.text, page_of(words.subject, values))

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
