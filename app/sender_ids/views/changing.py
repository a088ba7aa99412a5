"""Changing what a registration says; who edits beside somebody else is told field by field, and loses nothing."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext

from app.country_rules.register import standing_register
from app.db import db
from app.sender_ids import editing, needs, reading, service, words
from app.sender_ids.editing import Meeting
from app.sender_ids.fields import REGISTRYS, Field, Kind
from app.sender_ids.forms import fields_form, typed
from app.sender_ids.models import SenderRegistration
from app.sender_ids.moves import CHANGEABLE, Mover
from app.sender_ids.refusals import FieldsRefused, RegistrationRefused
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
from app.web.access import open_to
from app.web.forms import Form


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get(f"{ONE}/edit")
@open_to(*THEIRS)
def edit(registration_id: int) -> Answer:
    """Show what can be changed."""
    row = registration_or_404(registration_id)
    if not any(reading.standing_of(row) in CHANGEABLE.get(mover, ()) for mover in movers_of(row)):
        say(gettext("In its status it cannot be changed."), "info")
        return to_registration(row.id)
    return _page(row, fields_form(_fields(row), row), [])


@bp.post(f"{ONE}/edit")
@open_to(*THEIRS)
def edit_post(registration_id: int) -> Answer:
    """Keep what was changed."""
    row = locked_or_404(registration_id)
    form = fields_form(_fields(row), row)
    met: list[Meeting] = []
    try:
        form.validate()
        met = change_or_meet(row, form, _fields(row))
    except RegistrationRefused as refused:
        db.session.rollback()
        _tell(form, refused)
        return _page(registration_or_404(registration_id), form, []), 422
    if met:
        return _page(row, form, met), 422
    db.session.commit()
    say(gettext("The registration is saved."))
    return to_registration(registration_id)


def change_or_meet(row: SenderRegistration, form: Form, fields: list[Field]) -> list[Meeting]:
    """Keep what a form says, but for the fields in which it meets somebody else's change: those are given back.

    Then the form's revision is today's, so that whoever sends it once more does so knowingly.
    """
    merged = editing.merged(row, typed(form, fields), revision_of(form))
    if merged.met:
        form["revision"].data = str(row.revision)
        for meeting in merged.left:
            form[meeting.name].data = meeting.after
        return merged.met
    service.change(row, merged.said, movers_of(row))
    for meeting in merged.left:
        say(
            gettext("%(person)s has changed “%(field)s”: that is kept.", person=meeting.person, field=meeting.label),
            "info",
        )
    return []


def revision_of(form: Form) -> int:
    """Tell which revision a form was made from; 0 where it does not say."""
    posted = request.form.get("revision", "")
    return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 10 else 0


def _tell(form: Form, refused: RegistrationRefused) -> None:
    if isinstance(refused, FieldsRefused):
        return
    name = refused.field if refused.field in form else "revision"
    form[name].errors = (str(refused),)


def _fields(row: SenderRegistration) -> list[Field]:
    asked = needs.asked_in(row.country).fields()
    return [*asked, *REGISTRYS] if Mover.ADMINISTRATOR in movers_of(row) else asked


def _page(row: SenderRegistration, form: Form, met: list[Meeting]) -> str:
    entry = standing_register().countries.get(row.country)
    values: dict[str, Any] = {"row": row, "form": form, "met": met, "words": words, "Kind": Kind}
    return render_template(
        "sender_ids/edit.html",
        fields=_fields(row),
        asked=needs.asked_in(row.country),
        facts=entry.facts if entry else None,
        **values,
    )
