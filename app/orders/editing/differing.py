"""What a draft holds otherwise than somebody typed it, field by field, so that neither is lost."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import gettext, lazy_gettext

from app.messaging.days import Days
from app.orders import words
from app.orders.editing import saving
from app.orders.models import Order
from app.orders.service import Content
from app.texts import words as text_words
from app.web.formats import oslo

NAMES = {
    "channel": lazy_gettext("Channel"),
    "falls_back": lazy_gettext("Use the other channel also where the first one fails"),
    "senders_reference": lazy_gettext("Your reference"),
    "sms_sender": lazy_gettext("Sender"),
    "sms_text": lazy_gettext("Text of the SMS"),
    "email_from": lazy_gettext("From address"),
    "email_subject": lazy_gettext("Subject"),
    "email_text": lazy_gettext("Text of the e-mail"),
    "email_is_markdown": lazy_gettext("The e-mail has formatting"),
    "language": lazy_gettext("Language of the texts"),
    "language_column": lazy_gettext("Column that says each recipient's language"),
    "wordings": lazy_gettext("Texts in other languages"),
    "send_at": lazy_gettext("Send time"),
    "daytime_only": lazy_gettext("Daytime"),
    "days": lazy_gettext("Days"),
    "ignores_reservation": lazy_gettext("Send also to persons who are reserved"),
    "reservation_ground": lazy_gettext("Legal ground"),
    "uses_stale": lazy_gettext("Use contact information that was not confirmed for 18 months"),
    "condition_url": lazy_gettext("Condition"),
    "condition_holds": lazy_gettext("Held for a person where the condition gives no clear answer"),
}
_NOTHING = lazy_gettext("(empty)")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what is stored, and what was typed."""

    name: str
    stored: str
    typed: str


def between(draft: Order, content: Content, pasted: str) -> list[Difference]:
    """List what a draft holds otherwise than it was typed; what no person types is left out."""
    return list(_between(draft, content, pasted))


def _between(draft: Order, content: Content, pasted: str) -> Iterator[Difference]:
    for name, typed in asdict(content).items():
        stored = getattr(draft, name)
        if name in NAMES and stored != typed:
            yield Difference(str(NAMES[name]), _told(name, stored), _told(name, typed))
    if (stored := saving.pasted_of(draft.id)) != pasted:
        yield Difference(gettext("Pasted recipients"), _told("pasted", stored), _told("pasted", pasted))


def _told(name: str, value: object) -> str:
    if name == "channel" and isinstance(value, int):
        return words.scheme(value)
    if name == "days" and isinstance(value, int):
        return _days(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, dict):
        return _wordings(value)
    if name == "language" and value:
        return text_words.language(str(value))
    if isinstance(value, datetime):
        return oslo(value)
    return str(value or (gettext("Now") if name == "send_at" else _NOTHING))


def _wordings(wordings: dict[str, dict[str, str]]) -> str:
    said = [
        f"{text_words.language(code)}: {text}" for code, texts in wordings.items() for text in texts.values() if text
    ]
    return "\n".join(said) or str(_NOTHING)


def _days(days: int) -> str:
    said = [(Days.WEEKDAYS_ONLY, gettext("Weekdays only")), (Days.NO_HOLIDAYS, gettext("Not on public holidays"))]
    return ", ".join(words_ for rule, words_ in said if days & rule) or gettext("Every day")
