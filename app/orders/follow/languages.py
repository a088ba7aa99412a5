"""What a placed order says in other languages than its first."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.messaging.template import Template
from app.orders import message
from app.orders.follow.queries import Head


@dataclass(frozen=True, slots=True)
class Other:
    """The text of one channel in one language, its placeholders apart."""

    language: str
    sender: str
    subject: Sequence[tuple[str, bool]]
    text: Sequence[tuple[str, bool]]


def others(head: Head) -> list[Other]:
    """List them, channel by channel."""
    return [
        Other(language, one.sender, Template(said.email_subject).pieces if not one.is_sms else (), _text(said))
        for one in head.apart
        for language, said in message.in_languages(one).items()
        if language != head.language
    ]


def _text(said: message.OneChannel) -> Sequence[tuple[str, bool]]:
    return Template(message.subject_and_text(said)[1]).pieces
