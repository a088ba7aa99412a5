"""The browser's door to dead reports: the table, and replay."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from app.audit.service import record
from app.db import db
from app.dispatch.dead_reports import queries
from app.dispatch.dead_reports.queries import REPLAYABLE, Why
from app.queue import ring
from app.web import menu
from app.web.access import open_to
from app.web.ids import ids_named
from app.web.paging import page_args

bp = Blueprint("dead_reports", __name__, url_prefix="/dead-reports")

THEIRS = ("administrator", "support")
MOST_CHOSEN = 1_000
UNREADABLE = "unreadable"
"""What stands in the address for posts that cannot be read."""

WORDS = {
    Why.UNKNOWN_REFERENCE: lazy_gettext("Unknown reference"),
    Why.UNKNOWN_STATE: lazy_gettext("Unknown word"),
    Why.EXPIRED: lazy_gettext("After the time to live"),
}


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    app.register_blueprint(bp)
    menu.add(lazy_gettext("Dead reports"), "dead_reports.reports", THEIRS, 62, menu.Group.SUPPORT)


@bp.get("")
@open_to(*THEIRS)
def reports() -> str:
    """List delivery reports that changed nothing though they should have."""
    gateway = request.args.get("gateway") or None
    context: dict[str, Any] = {"gateway": gateway, "gateways": queries.gateways(), "words": WORDS, "Why": Why}
    if request.args.get("why") == UNREADABLE:
        page = queries.unreadable_page(gateway, page_args())
        return render_template("dead_reports/unreadable.html", page=page, **context)
    why = _why()
    page_of_lines = queries.page_of(why, gateway, page_args())
    return render_template("dead_reports/reports.html", page=page_of_lines, why=why, replayable=REPLAYABLE, **context)


@bp.post("/replay")
@open_to(*THEIRS)
def replay() -> Response:
    """Have reports applied once more: those that were chosen, or all that the filter shows."""
    if request.form.get("all"):
        return _replay(None)
    chosen = ids_named(request.form.getlist("id"))
    if not chosen:
        flash(gettext("Choose at least one report."), "warning")
        return _back()
    return _replay(chosen[:MOST_CHOSEN])


@bp.post("/read-again")
@open_to(*THEIRS)
def read_again() -> Response:
    """Have posts that could not be read looked at once more."""
    chosen = ids_named(request.form.getlist("id"))[:MOST_CHOSEN]
    if not chosen:
        flash(gettext("Choose at least one post."), "warning")
        return _back()
    record("dead_reports.read_again", "dead_reports", UNREADABLE, number=len(chosen))
    ring("reports", "app.dispatch.jobs.read_reports_again", _written(chosen))
    db.session.commit()
    flash(gettext("They are looked at once more, in the background."), "success")
    return _back()


def _replay(chosen: list[int] | None) -> Response:
    why, gateway = _why(), request.args.get("gateway") or None
    number = gettext("all") if chosen is None else len(chosen)
    record("dead_reports.replayed", "dead_reports", why.value if why else "all", gateway=gateway, number=number)
    named = why.value if why else ""
    # What comes back is told by its id from what was there, so that the job has an end.
    ring("reports", "app.dispatch.jobs.replay_reports", named, gateway, queries.last_id(), _written(chosen))
    db.session.commit()
    flash(
        gettext("They are applied once more, in the background. What still finds nothing comes back here."), "success"
    )
    return _back()


def _written(chosen: list[int] | None) -> str:
    return ",".join(map(str, chosen or []))


def _back() -> Response:
    why, gateway = request.args.get("why") or None, request.args.get("gateway") or None
    return redirect(url_for("dead_reports.reports", why=why, gateway=gateway), 303)


def _why() -> Why | None:
    name = request.args.get("why")
    if not name or name == UNREADABLE:
        return None
    return next((one for one in Why if one.value == name), None) or abort(404)
