"""What is told under a text while it is typed: its segments, what makes them dear, its placeholders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext

from app.messaging.language import Language
from app.messaging.segments import Forcing, Measure, measure
from app.messaging.status import Channel
from app.messaging.template import Slot, Template, normalise
from app.messaging.urls import hosts
from app.orders.models import Intake, IntakeStatus
from app.orders.pushing import Pushed, by_values
from app.orders.templating import TextFields


@dataclass(frozen=True, slots=True)
class Costly:
    """A character that makes the whole text dear, how often it occurs, and what to do about it in words."""

    character: str
    count: int
    advice: str


@dataclass(frozen=True, slots=True)
class Telling:
    """`measure` is None for e-mail; `missing` are the placeholders that some file read so far has no column for.

    Placeholders are as they are written, brackets and all.
    """

    measure: Measure | None
    costly: Sequence[Costly]
    characters: int
    placeholders: Sequence[str]
    missing: Sequence[str]
    has_columns: bool
    unused: Sequence[str] = ()
    """Columns that the text does not use, where it uses any."""
    links: Sequence[str] = ()
    """The hosts of what looks like a link."""
    nested: Sequence[str] = ()
    """Placeholders that would be sent as they are written."""
    pushed: Pushed | None = None
    """Rows whose values push their SMS to another segment."""


def tell_with_values(
    channel: Channel, subject: str, text: str, intakes: Sequence[Intake], language_column: str = ""
) -> Telling:
    """Do as `tell`, and fill the text of an SMS with the first rows."""
    told = tell(channel, subject, text, intakes, language_column)
    return replace(told, pushed=by_values(text, intakes)) if channel is Channel.SMS else told


def tell(channel: Channel, subject: str, text: str, intakes: Sequence[Intake], language_column: str = "") -> Telling:
    """Measure a text as typed, placeholders unfilled, and compare its placeholders with what has been read."""
    template = Template(f"{subject}\n{text}" if channel == Channel.EMAIL else text)
    read = [intake for intake in intakes if intake.status == IntakeStatus.READ and intake.valid]
    slots = {slot.source: slot for slot in template.slots}
    names = list(slots)
    missing = [slot.source for slot in slots.values() if not _is_filled(slot, read)]
    unused = _unused(template, read, language_column) if names else []
    links = sorted(hosts(text))
    counted = measure(text) if channel == Channel.SMS else None
    costly = [_costly(forcing) for forcing in counted.forcing] if counted else []
    return Telling(counted, costly, len(text), names, missing, bool(read), unused, links, template.nested)


def other_tellings(
    form: TextFields, channels: Collection[Channel], intakes: Sequence[Intake]
) -> list[tuple[Language, Channel, Telling]]:
    """Do the same for each text in another language."""
    told = []
    for language in form.others:
        wording = form.wording(language)
        if Channel.SMS in channels and wording.has_sms:
            told.append((language, Channel.SMS, tell(Channel.SMS, "", wording.sms_text, intakes)))
        if Channel.EMAIL in channels and wording.has_email:
            telling = tell(Channel.EMAIL, wording.email_subject, wording.email_text, intakes)
            told.append((language, Channel.EMAIL, telling))
    return told


def columns_of(intakes: Sequence[Intake]) -> list[str]:
    """The columns that may hold a value, each once, as they were first written."""
    names: dict[str, str] = {}
    for intake in intakes:
        own = (intake.recipient_column, intake.email_column)
        for index, name in enumerate(intake.columns):
            if index not in own:
                names.setdefault(normalise(name), name)
    return list(names.values())


def _is_filled(slot: Slot, read: Sequence[Intake]) -> bool:
    if not slot.needs_column:
        return True
    return all(normalise(slot.name) in map(normalise, intake.columns) for intake in read)


def _unused(template: Template, read: Sequence[Intake], language_column: str) -> list[str]:
    wanted = {*map(normalise, (*template.names, language_column))}
    return [name for name in columns_of(read) if normalise(name) not in wanted]


def _costly(forcing: Forcing) -> Costly:
    is_visible = forcing.advice != "remove" and not forcing.character.isspace()
    name = forcing.character if is_visible else f"U+{ord(forcing.character[0]):04X}"
    return Costly(name, forcing.count, _advice(forcing))


def _advice(forcing: Forcing) -> str:
    if forcing.replacement is None:
        return gettext("keep it and pay for it, or say it with other words")
    if not forcing.replacement:
        return gettext("invisible: remove it")
    names = {
        " ": gettext("a space"),
        "\n": gettext("a line break"),
        "...": gettext("three full stops"),
        "'": gettext("a straight apostrophe (')"),
        '"': gettext('a straight quotation mark (")'),
        "-": gettext("a hyphen (-)"),
    }
    return gettext("write %(instead)s instead", instead=names.get(forcing.replacement, forcing.replacement))
