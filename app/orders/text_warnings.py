"""What is worth a look about texts, now that every recipient's values have been put into them."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext, ngettext
from sqlalchemy import func, select

from app.db import db
from app.messaging.template import Kind, Slot, normalise
from app.orders import message
from app.orders.models import CheckLine, Intake, IntakeStatus, Order, OrderCheck
from app.orders.problems import intake_name
from app.texts import words as text_words


def of(draft: Order, check: OrderCheck, intakes: Sequence[Intake]) -> Iterator[str]:
    """Say what an ended check found, the values first."""
    read = [intake for intake in intakes if intake.status == IntakeStatus.READ]
    yield from _about_values(draft, check)
    yield from _about_segments(draft.id)
    yield from _about_languages(draft, check, read)
    for intake in read:
        yield from _about_defaults(draft, intake)
        yield from _about_unused(draft, intake)


def _about_values(draft: Order, check: OrderCheck) -> Iterator[str]:
    slots = message.slots(draft)
    for name, rows in zip(message.placeholders(draft), check.empty_values, strict=False):
        same = [slot for slot in slots if normalise(slot.name) == normalise(name)]
        plain = [slot for slot in same if slot.kind in (Kind.VALUE, Kind.KEYWORD)]
        if rows and plain:
            yield _empty(plain[0], rows)
        elif rows and any(slot.kind is Kind.DEFAULT for slot in same):
            yield _default(next(slot for slot in same if slot.kind is Kind.DEFAULT), rows)


def _empty(slot: Slot, rows: int) -> str:
    return ngettext("%(name)s is empty in %(num)s row.", "%(name)s is empty in %(num)s rows.", rows, name=slot.source)


def _default(slot: Slot, rows: int) -> str:
    return ngettext(
        "%(num)s row has no value for %(name)s, and gets “%(words)s”.",
        "%(num)s rows have no value for %(name)s, and get “%(words)s”.",
        rows,
        name=f"(({slot.name}))",
        words=slot.own,
    )


def _about_segments(order_id: int) -> Iterator[str]:
    """Values may push some SMS to another segment than most take."""
    number = func.sum(CheckLine.recipients)
    found = select(CheckLine.segments, number).where(CheckLine.order_id == order_id, CheckLine.segments > 0)
    rows = db.session.execute(found.group_by(CheckLine.segments).order_by(number.desc(), CheckLine.segments)).all()
    usual = rows[0][0] if rows else 0
    more = sum(count for segments, count in rows if segments > usual)
    if more:
        yield ngettext(
            "Its values push %(num)s SMS to another segment: it takes up to %(most)s, where most take %(usual)s.",
            "Their values push %(num)s SMS to another segment: they take up to %(most)s, where most take %(usual)s.",
            int(more),
            most=max(segments for segments, _ in rows),
            usual=usual,
        )


def _about_languages(draft: Order, check: OrderCheck, read: Sequence[Intake]) -> Iterator[str]:
    if not draft.wordings:
        return
    first = text_words.language(draft.language)
    wanted = normalise(draft.language_column)
    for intake in read:
        if not wanted or wanted not in map(normalise, intake.columns):
            yield gettext(
                "No column of %(file)s says which language its recipients read: all of them get %(language)s.",
                file=intake_name(intake),
                language=first,
            )
    if check.in_other_language:
        yield ngettext(
            "%(num)s recipient reads a language that the order does not speak, and gets %(language)s.",
            "%(num)s recipients read a language that the order does not speak, and get %(language)s.",
            check.in_other_language,
            language=first,
        )


def _about_defaults(draft: Order, intake: Intake) -> Iterator[str]:
    columns = {normalise(column) for column in intake.columns}
    slots = {slot.source: slot for slot in message.slots(draft) if slot.kind is Kind.DEFAULT}
    for slot in slots.values():
        if intake.valid and normalise(slot.name) not in columns:
            yield gettext(
                "%(file)s has no column for %(name)s: all of its rows get “%(words)s”.",
                file=intake_name(intake),
                name=f"(({slot.name}))",
                words=slot.own,
            )


def _about_unused(draft: Order, intake: Intake) -> Iterator[str]:
    own = (intake.recipient_column, intake.email_column)
    wanted = {*map(normalise, message.placeholders(draft)), normalise(draft.language_column)}
    others = [name for index, name in enumerate(intake.columns) if index not in own]
    unused = [name for name in others if normalise(name) not in wanted]
    if unused:
        names = ", ".join(unused)
        yield gettext(
            "The text does not use these columns of %(file)s: %(names)s.", file=intake_name(intake), names=names
        )
