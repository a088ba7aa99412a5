"""What is told under a text while it is typed: its segments, what makes them dear, its placeholders."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.messaging.segments import Measure, measure
from app.messaging.status import Channel
from app.messaging.template import Template, normalise
from app.orders.models import Intake, IntakeStatus


@dataclass(frozen=True, slots=True)
class Telling:
    """`measure` is None for e-mail; `missing` are the placeholders that some file read so far has no column for."""

    measure: Measure | None
    characters: int
    placeholders: Sequence[str]
    missing: Sequence[str]
    has_columns: bool


def tell(channel: Channel, subject: str, text: str, intakes: Sequence[Intake]) -> Telling:
    """Measure a text as typed, placeholders unfilled, and compare its placeholders with what has been read."""
    names = list(Template(text).names)
    if channel == Channel.EMAIL:
        names = list(Template(f"{subject}\n{text}").names)
    read = [intake for intake in intakes if intake.status == IntakeStatus.READ and intake.valid]
    missing = [name for name in names if not all(_has(intake, name) for intake in read)]
    counted = measure(text) if channel == Channel.SMS else None
    return Telling(counted, len(text), names, missing, bool(read))


def _has(intake: Intake, name: str) -> bool:
    return normalise(name) in map(normalise, intake.columns)
