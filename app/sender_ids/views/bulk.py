"""Many at once: a file of all registrations, and a file that is looked at before it is taken."""

import base64
import io
from collections import Counter
from typing import BinaryIO, cast

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import FileStorage

from app.accounts.current import current_person
from app.audit.service import record
from app.db import db
from app.sender_ids import bulk
from app.sender_ids.bulk import Fate, Given, Judged
from app.sender_ids.fields import BY_NAME
from app.sender_ids.forms import ImportForm
from app.sender_ids.refusals import RegistrationRefused
from app.sender_ids.views import THEIRS, Answer, bp, say
from app.web import tokens
from app.web.access import open_to
from app.web.download import csv_download
from app.web.forms import size_of

MOST_BYTES = 2 * 1024 * 1024
_PURPOSE = "registrations"
FATES = {
    Fate.CREATE: (lazy_gettext("Is created"), "success"),
    Fate.CHANGE: (lazy_gettext("Is changed"), "info"),
    Fate.UNCHANGED: (lazy_gettext("Stays as it is"), "neutral"),
    Fate.REFUSED: (lazy_gettext("Is refused"), "danger"),
}


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get("/export.csv")
@open_to(*THEIRS)
def export() -> FlaskResponse:
    """Hand out all registrations as a file that can be taken back in; that they left the house is written down."""
    record("sender_id.exported", "sender_registrations", "file")
    db.session.commit()
    return csv_download("sender-ids.csv", bulk.COLUMNS, bulk.rows())


@bp.get("/import")
@open_to("administrator")
def import_file() -> str:
    """Ask for a file."""
    return _asked(ImportForm())


@bp.post("/import")
@open_to("administrator")
def import_post() -> Answer:
    """Show what would come of each row; once that was confirmed, do it."""
    form = ImportForm()
    try:
        form.validate()
        if form.confirmed.data:
            return _done(_remembered(form.confirmed.data))
        return _dry_run(_uploaded(form))
    except RegistrationRefused as refused:
        db.session.rollback()
        form.file.errors = (str(refused),)
        return _asked(form), 422


def _asked(form: ImportForm) -> str:
    return render_template("sender_ids/import.html", form=form, columns=bulk.COLUMNS, most=bulk.MOST_ROWS)


def _uploaded(form: ImportForm) -> FileStorage:
    file = form.file.data
    if not isinstance(file, FileStorage) or not file.filename:
        raise RegistrationRefused(gettext("Choose a file."))
    if size_of(file) > MOST_BYTES:
        raise RegistrationRefused(gettext("The file is larger than 2 MB."))
    return file


def _dry_run(file: FileStorage) -> str:
    given = bulk.given_rows(cast("BinaryIO", file.stream), file.filename or "")
    file.stream.seek(0)
    kept = base64.b64encode(file.stream.read()).decode()
    token = tokens.remember(f"{file.filename}\n{kept}", current_person().id, _PURPOSE)
    return _shown(list(bulk.judge(given)), token)


def _remembered(token: str) -> list[Given]:
    """Read the file that was looked at; what is done is judged anew, since others may have changed something."""
    kept = tokens.recall(token, current_person().id, _PURPOSE)
    if kept is None:
        raise RegistrationRefused(gettext("The file is no longer known: it is kept for an hour. Choose it once more."))
    filename, _, content = kept.rpartition("\n")
    return bulk.given_rows(io.BytesIO(base64.b64decode(content)), filename)


def _done(given: list[Given]) -> Answer:
    done = bulk.carry_out(bulk.judge(given))
    counts = Counter(one.fate for one in done)
    told = {fate.value: counts[fate] for fate in Fate}
    record("sender_id.imported", "sender_registrations", "file", **told)
    db.session.commit()
    say(
        gettext(
            "%(create)s created, %(change)s changed, %(unchanged)s stayed as they were, %(refused)s refused.", **told
        )
    )
    if counts[Fate.REFUSED]:
        return _shown([one for one in done if one.fate is Fate.REFUSED], "")
    return redirect(url_for("sender_ids.registrations"), 303)


def _shown(judged: list[Judged], token: str) -> str:
    counts = Counter(one.fate for one in judged)
    return render_template(
        "sender_ids/dry_run.html",
        judged=judged,
        counts=counts,
        token=token,
        FATES=FATES,
        Fate=Fate,
        labels={name: field.label for name, field in BY_NAME.items()},
        form=None,
        posted=request.method == "POST",
    )
