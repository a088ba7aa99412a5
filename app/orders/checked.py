"""What the check page shows: numbers, costs, warnings, and the message of any row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.messaging.status import Channel
from app.messaging.template import normalise
from app.orders import cost, message, queries
from app.orders.models import Intake, IntakeStatus, Order, OrderCheck
from app.orders.problems import Problem, intake_name, problems_of
from app.prices.countries import country_name


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the check of the draft's current revision has come; `total` is 0 where that is not known yet."""

    is_asked: bool
    is_ended: bool
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The message of one row as its recipient will read it."""

    row: queries.FoundRow
    message: message.Message
    segments: int
    previous: queries.FoundRow | None
    next: queries.FoundRow | None


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything that a person sees before sending."""

    numbers: queries.Numbers
    estimate: cost.Estimate
    problems: Sequence[Problem]
    warnings: Sequence[str]


def progress_of(draft: Order, check: OrderCheck | None) -> Progress:
    """Tell how far the check of a draft as it stands has come."""
    if check is None or check.revision != draft.revision:
        return Progress(is_asked=False, is_ended=False, done=0, total=0)
    return Progress(True, check.ended_at is not None, check.done, check.total)


def look(draft: Order, check: OrderCheck, intakes: Sequence[Intake]) -> Checked:
    """Gather what an ended check found."""
    estimate = cost.estimate(draft.id, Channel(draft.channel))
    warnings = [*_about_values(draft, check), *_about_columns(draft, intakes), *_about_prices(estimate)]
    return Checked(queries.numbers(draft.id), estimate, problems_of(draft), warnings)


def shown(draft: Order, row: queries.FoundRow | None) -> Shown | None:
    """Fill the message of one row; None without a row, or where its columns cannot fill the text."""
    if row is None or message.missing(draft, row.columns):
        return None
    filled = message.composer(draft, row.columns)(row.values)
    segments = message.weigh(filled, draft.channel).segments
    before = queries.row_before(draft.id, row.part, row.row_no)
    return Shown(row, filled, segments, before, queries.row_after(draft.id, row.part, row.row_no))


def _about_values(draft: Order, check: OrderCheck) -> Iterator[str]:
    for name, rows in zip(message.placeholders(draft), check.empty_values, strict=False):
        if rows:
            yield ngettext(
                "((%(name)s)) is empty in %(num)s row.", "((%(name)s)) is empty in %(num)s rows.", rows, name=name
            )


def _about_columns(draft: Order, intakes: Sequence[Intake]) -> Iterator[str]:
    wanted = {normalise(name) for name in message.placeholders(draft)}
    for intake in intakes:
        if intake.status != IntakeStatus.READ:
            continue
        yield from _about_unused(intake, wanted)
        if intake.hidden_rows:
            yield ngettext(
                "%(num)s hidden row of %(name)s was passed over.",
                "%(num)s hidden rows of %(name)s were passed over.",
                intake.hidden_rows,
                name=intake_name(intake),
            )


def _about_unused(intake: Intake, wanted: set[str]) -> Iterator[str]:
    others = [name for index, name in enumerate(intake.columns) if index != intake.recipient_column]
    unused = [name for name in others if normalise(name) not in wanted]
    if unused:
        names = ", ".join(unused)
        yield gettext(
            "The text does not use these columns of %(file)s: %(names)s.", file=intake_name(intake), names=names
        )


def _about_prices(estimate: cost.Estimate) -> Iterator[str]:
    if estimate.without_price:
        names = ", ".join(country_name(code) or gettext("e-mail") for code in estimate.without_price)
        yield gettext("The price list has no price for %(names)s, so the total cost is not known.", names=names)
