"""The evidence of a registration: adding, fetching and removing files."""

from typing import BinaryIO, cast

from flask import Response as FlaskResponse
from flask import abort, render_template, stream_with_context
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from wtforms.fields.choices import SelectChoice

from app.db import db
from app.sender_ids import evidence as files
from app.sender_ids import needs, words
from app.sender_ids.forms import EvidenceForm
from app.sender_ids.models import Evidence, SenderRegistration
from app.sender_ids.refusals import RegistrationRefused
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
from app.web.forms import size_of


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get(f"{ONE}/evidence")
@open_to(*THEIRS)
def evidence(registration_id: int) -> str:
    """Ask for a file."""
    row = registration_or_404(registration_id)
    return _page(row, _offering(row, EvidenceForm()))


@bp.post(f"{ONE}/evidence")
@open_to(*THEIRS)
def evidence_post(registration_id: int) -> Answer:
    """Keep a file."""
    row = locked_or_404(registration_id)
    form = _offering(row, EvidenceForm())
    try:
        if not form.validate():
            return _page(row, form), 422
        file = _file(form)
        files.add(
            row, movers_of(row), form.kind.data, file.filename or "", cast("BinaryIO", file.stream), size_of(file)
        )
    except RegistrationRefused as refused:
        db.session.rollback()
        form.file.errors = (str(refused),)
        return _page(registration_or_404(registration_id), form), 422
    db.session.commit()
    say(gettext("The file is kept."))
    return to_registration(registration_id)


@bp.get(f"{ONE}/evidence/<int:evidence_id>")
@open_to(*THEIRS)
def evidence_file(registration_id: int, evidence_id: int) -> FlaskResponse:
    """Hand out a file, to be saved and never to be opened in the browser."""
    row = registration_or_404(registration_id)
    kept = _kept_or_404(row, evidence_id)
    answer = FlaskResponse(stream_with_context(files.content(kept.id)), content_type=kept.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=files.own_name(kept))
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    answer.content_length = kept.size
    return answer


@bp.get(f"{ONE}/evidence/<int:evidence_id>/remove")
@open_to(*THEIRS)
def evidence_remove(registration_id: int, evidence_id: int) -> str:
    """Ask whether a file is really to be deleted."""
    row = registration_or_404(registration_id)
    return render_template("sender_ids/remove.html", row=row, kept=_kept_or_404(row, evidence_id), words=words)


@bp.post(f"{ONE}/evidence/<int:evidence_id>/remove")
@open_to(*THEIRS)
def evidence_remove_post(registration_id: int, evidence_id: int) -> Answer:
    """Delete a file."""
    row = locked_or_404(registration_id)
    try:
        files.remove(row, movers_of(row), evidence_id)
    except RegistrationRefused as refused:
        db.session.rollback()
        say(str(refused), "info")
        return to_registration(registration_id)
    db.session.commit()
    say(gettext("The file is deleted."))
    return to_registration(registration_id)


def _kept_or_404(row: SenderRegistration, evidence_id: int) -> Evidence:
    its = (Evidence.id == evidence_id, Evidence.registration_id == row.id, Evidence.removed_at.is_(None))
    return db.session.scalar(select(Evidence).where(*its)) or abort(404)


def _file(form: EvidenceForm) -> FileStorage:
    if not isinstance(form.file.data, FileStorage) or not form.file.data.filename:
        raise RegistrationRefused(gettext("Choose a file."), "file")
    return form.file.data


def _offering(row: SenderRegistration, form: EvidenceForm) -> EvidenceForm:
    asked = [need.value for need in needs.asked_in(row.country).files()]
    kinds = [*asked, *(kind for kind in words.NEEDS if kind not in asked)]
    form.kind.choices = [SelectChoice(kind, str(words.NEEDS[kind])) for kind in kinds]
    return form


def _page(row: SenderRegistration, form: EvidenceForm) -> str:
    return render_template("sender_ids/evidence.html", row=row, form=form, words=words)
