"""Moving a registration on: each deed of the table of moves has a page that says what it does, and asks why."""

from datetime import date, timedelta

from flask import abort, render_template, request
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from app.country_rules.terms import RegistrationStatus
from app.db import db
from app.sender_ids import days, operators, reading, service, words
from app.sender_ids.editing import Meeting
from app.sender_ids.fields import BY_NAME, REGISTRYS, Field, Kind
from app.sender_ids.forms import MoveForm, OperatorForm, fields_form
from app.sender_ids.models import SenderRegistration
from app.sender_ids.moves import MOVES, USUAL_DAYS, Move, Mover, moves_from
from app.sender_ids.refusals import FieldsRefused, RegistrationRefused
from app.sender_ids.values import read
from app.sender_ids.views import (
    ONE,
    THEIRS,
    Answer,
    bp,
    locked_or_404,
    movers_of,
    registration_or_404,
    say,
    to_registration,
)
from app.sender_ids.views.changing import change_or_meet
from app.web.access import open_to
from app.web.forms import Form

_DUE = Field("due_on", BY_NAME["valid_from"].label, Kind.DAY)


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get(f"{ONE}/move/<deed>")
@open_to(*THEIRS)
def move(registration_id: int, deed: str) -> Answer:
    """Say what a deed does, and ask for its reason."""
    row = registration_or_404(registration_id)
    one = _move(row, deed)
    return _page(row, one, _form(row, one), []) if one else _too_late(row)


@bp.post(f"{ONE}/move/<deed>")
@open_to(*THEIRS)
def move_post(registration_id: int, deed: str) -> Answer:
    """Do it."""
    row = locked_or_404(registration_id)
    one = _move(row, deed)
    if one is None:
        return _too_late(row)
    form = _form(row, one)
    try:
        form.validate()
        if met := _done(row, one, form):
            return _page(row, one, form, met), 422
    except RegistrationRefused as refused:
        db.session.rollback()
        if not isinstance(refused, FieldsRefused):
            form[refused.field if refused.field in form else "reason"].errors = (str(refused),)
        return _page(registration_or_404(registration_id), one, form, []), 422
    db.session.commit()
    say(gettext("It is now: %(status)s.", status=words.STATUSES[one.new]))
    return to_registration(registration_id)


def _done(row: SenderRegistration, one: Move, form: Form) -> list[Meeting]:
    if form["reason"].errors:
        raise FieldsRefused({})
    if met := change_or_meet(row, form, _fields(one)) if _fields(one) else []:
        return met
    service.move_on(row, one.new, movers_of(row), reason=form["reason"].data or "", due_on=_due(row, one, form))
    return []


def _due(row: SenderRegistration, one: Move, form: Form) -> date | None:
    """Read by when the next step is due; what a sender submits has the usual days."""
    if one.new not in USUAL_DAYS:
        return None
    if Mover.ADMINISTRATOR not in movers_of(row):
        return _usual(one)
    try:
        found: date | None = read(_DUE, form["due_on"].data)
    except RegistrationRefused as refused:
        raise RegistrationRefused(str(refused), "due_on") from refused
    return found


def _usual(one: Move) -> date:
    return days.today_in("NO") + timedelta(days=USUAL_DAYS[one.new])


def _move(row: SenderRegistration, deed: str) -> Move | None:
    if deed not in {one.deed for one in MOVES}:
        abort(404)
    possible = moves_from(reading.standing_of(row), movers_of(row))
    return next((one for one in possible if one.deed == deed), None)


def _too_late(row: SenderRegistration) -> Answer:
    db.session.rollback()
    say(gettext("Somebody was faster, or its time is over: look at what it is now."), "warning")
    return to_registration(row.id)


def _fields(one: Move) -> list[Field]:
    """What comes of an approval is written down with it."""
    return list(REGISTRYS) if one.new is RegistrationStatus.APPROVED else []


def _form(row: SenderRegistration, one: Move) -> Form:
    form = fields_form(_fields(one), row, MoveForm)
    if request.method == "GET":
        form["due_on"].data = _usual(one).isoformat() if one.new in USUAL_DAYS else ""
        if one.deed == "approve" and not row.approved_hosts:
            form["approved_hosts"].data = "\n".join(row.wanted_hosts)
    return form


def _page(row: SenderRegistration, one: Move, form: Form, met: list[Meeting]) -> str:
    return render_template(
        "sender_ids/move.html",
        row=row,
        move=one,
        form=form,
        met=met,
        fields=_fields(one),
        lacking=reading.lacking(row),
        asks_when=one.new in USUAL_DAYS and Mover.ADMINISTRATOR in movers_of(row),
        words=words,
        Kind=Kind,
    )


@bp.get(f"{ONE}/operators")
@open_to("administrator")
def operator(registration_id: int) -> str:
    """Ask what an operator made of it."""
    return _operator_page(registration_or_404(registration_id), _offering(OperatorForm()))


@bp.post(f"{ONE}/operators")
@open_to("administrator")
def operator_post(registration_id: int) -> Answer:
    """Write down what an operator made of it."""
    row, form = locked_or_404(registration_id), _offering(OperatorForm())
    try:
        if not form.validate():
            return _operator_page(row, form), 422
        since = read(_DUE, form.since_on.data)
        status = RegistrationStatus(form.status.data)
        operators.set_result(row, form.operator.data or "", status, since, form.note.data or "")
    except RegistrationRefused as refused:
        form.since_on.errors = (str(refused),)
        return _operator_page(row, form), 422
    db.session.commit()
    say(gettext("What the operator made of it is saved."))
    return to_registration(registration_id)


@bp.post(f"{ONE}/operators/remove")
@open_to("administrator")
def operator_remove(registration_id: int) -> Answer:
    """Forget what an operator made of it."""
    row = locked_or_404(registration_id)
    operators.remove(row, request.form.get("operator", ""))
    db.session.commit()
    return to_registration(registration_id)


def _offering(form: OperatorForm) -> OperatorForm:
    form.status.choices = [SelectChoice(status.value, str(word)) for status, word in words.STATUSES.items()]
    return form


def _operator_page(row: SenderRegistration, form: OperatorForm) -> str:
    known = reading.operators(row.id)
    return render_template("sender_ids/operator.html", row=row, form=form, operators=known, words=words)
