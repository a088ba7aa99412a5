"""Uncovering one notification, and the administrators' list of who uncovered what."""

from collections.abc import Iterator

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person, is_covered
from app.audit.service import record
from app.db import db
from app.orders.follow import queries as orders
from app.orders.follow.queries import Head
from app.support.reveals import queries, service
from app.support.reveals.forms import RevealForm, WhoForm
from app.support.reveals.words import REASONS
from app.support.views import bp
from app.web.access import open_to
from app.web.download import csv_download
from app.web.formats import OSLO
from app.web.paging import page_args


@bp.get("/notifications/<int:notification_id>/reveal")
@open_to("support")
def reveal(notification_id: int) -> Response | str:
    """Ask why the notification is to be uncovered."""
    if not is_covered(_head(notification_id).service_owner_id):
        return _to(notification_id)
    return _asked(notification_id, RevealForm())


@bp.post("/notifications/<int:notification_id>/reveal")
@open_to("support")
def reveal_post(notification_id: int) -> Response | tuple[str, int]:
    """Uncover it for a quarter of an hour, and write down who did so and why."""
    head, form = _head(notification_id), RevealForm()
    if not form.validate():
        return _asked(notification_id, form), 422
    service.reveal(notification_id, head.service_owner_id, current_person().id, form.why())
    db.session.commit()
    flash(gettext("Uncovered for 15 minutes. It is written down that you did so, and why."), "info")
    return _to(notification_id)


@bp.get("/reveals")
@open_to("administrator")
def reveals() -> str:
    """List who uncovered which notification, when and why."""
    filters = _filters()
    page = queries.page_of(filters.wanted(), page_args())
    is_filtered = any(request.args.get(name) for name in ("person", "from_on", "until_on"))
    kept = {name: value for name, value in request.args.items() if name not in ("before", "after")}
    values = {"page": page, "filters": filters, "is_filtered": is_filtered, "kept": kept, "reasons": REASONS}
    return render_template("support/reveals.html", **values)


@bp.get("/reveals/export.csv")
@open_to("administrator")
def export_reveals() -> FlaskResponse:
    """Stream the reveals that the filter shows."""
    wanted = _filters().wanted()
    record("reveals.exported", "audit_log", "reveals")
    db.session.commit()
    header = [gettext("When"), gettext("Who"), gettext("Notification"), gettext("Service owner"), gettext("Reason")]
    return csv_download(
        "reveals.csv", [*header, gettext("In their own words"), gettext("Case reference")], _rows(wanted)
    )


def _head(notification_id: int) -> Head:
    return orders.head_of_notification(notification_id) or abort(404)


def _to(notification_id: int) -> Response:
    return redirect(url_for("support.notification", notification_id=notification_id), 303)


def _asked(notification_id: int, form: RevealForm) -> str:
    return render_template("support/reveal.html", form=form, notification_id=notification_id)


def _filters() -> WhoForm:
    form = WhoForm(request.args, meta={"csrf": False})
    form.person.choices = [("", gettext("Everybody")), *((str(id_), name) for id_, name in queries.people())]
    return form


def _rows(wanted: queries.Wanted) -> Iterator[list[object]]:
    for lines in queries.stretches(wanted):
        # However slowly the browser takes them, no connection waits for it.
        db.session.rollback()
        for line in lines:
            at = line.at.astimezone(OSLO).strftime("%Y-%m-%d %H:%M:%S")
            who = [at, line.person, line.notification_id, line.service_owner]
            yield [*who, str(REASONS[line.reason]), line.words, line.case_reference]
