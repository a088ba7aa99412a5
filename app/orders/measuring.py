"""What is told under a text while it is typed: its segments, what makes them dear, its placeholders."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from app.messaging.segments import Forcing, Measure, measure
from app.messaging.status import Channel
from app.messaging.template import Template, normalise
from app.orders.models import Intake, IntakeStatus


@dataclass(frozen=True, slots=True)
class Costly:
    """A character that makes the whole text dear, how often it occurs, and what to do about it in words."""

    character: str
    count: int
    advice: str


@dataclass(frozen=True, slots=True)
class Telling:
    """`measure` is None for e-mail; `missing` are the placeholders that some file read so far has no column for."""

    measure: Measure | None
    costly: Sequence[Costly]
    characters: int
    placeholders: Sequence[str]
    missing: Sequence[str]
    has_columns: bool


def tell(channel: Channel, subject: str, text: str, intakes: Sequence[Intake]) -> Telling:
    """Measure a text as typed, placeholders unfilled, and compare its placeholders with what has been read."""
    names = list(Template(f"{subject}\n{text}" if channel == Channel.EMAIL else text).names)
    read = [intake for intake in intakes if intake.status == IntakeStatus.READ and intake.valid]
    missing = [name for name in names if not all(_has(intake, name) for intake in read)]
    counted = measure(text) if channel == Channel.SMS else None
    costly = [_costly(forcing) for forcing in counted.forcing] if counted else []
    return Telling(counted, costly, len(text), names, missing, bool(read))


def _has(intake: Intake, name: str) -> bool:
    return normalise(name) in map(normalise, intake.columns)


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
