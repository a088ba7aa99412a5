"""The browser's door to stopped hand-overs."""

from collections.abc import Callable

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from app.audit.service import record
from app.db import db
from app.dispatch import isolated
from app.dispatch.stopped import queries
from app.dispatch.stopped.queries import Line
from app.dispatch.transaction import Cursor, cursor
from app.queue import ring
from app.web import front, menu
from app.web.access import open_to
from app.web.formats import OSLO
from app.web.front import Notice

bp = Blueprint("stopped", __name__, url_prefix="/stopped-hand-overs")

SEND = "app.dispatch.jobs.send"


def install(app: Flask) -> None:
    """Open the pages, put them on the menu, and tell of them on the front page."""
    app.register_blueprint(bp)
    menu.add(lazy_gettext("Stopped hand-overs"), "stopped.hand_overs", ("administrator",), 61, menu.Group.SUPPORT)
    front.add(
        "stopped",
        lazy_gettext("Stopped hand-overs"),
        lazy_gettext("No fault of Varsel's own keeps a notification from being handed over."),
        ("administrator",),
        15,
        _notices,
    )


@bp.get("")
@open_to("administrator")
def hand_overs() -> str:
    """List what a fault has stopped."""
    return render_template("stopped/hand_overs.html", lines=queries.lines())


@bp.post("/<int:batch_id>/again")
@open_to("administrator")
def again(batch_id: int) -> Response:
    """Let one go once more."""
    return _do(batch_id, isolated.try_again, "handover.again", gettext("It is handed over once more."))


@bp.get("/<int:batch_id>/give-up")
@open_to("administrator")
def give_up(batch_id: int) -> str:
    """Ask whether its notifications are to end."""
    return render_template("stopped/give_up.html", line=_line_or_404(batch_id))


@bp.post("/<int:batch_id>/give-up")
@open_to("administrator")
def give_up_post(batch_id: int) -> Response:
    """End its notifications as failed."""
    return _do(
        batch_id, isolated.give_up, "handover.given_up", gettext("Its notifications have failed. Nothing was sent.")
    )


def _do(batch_id: int, deed: Callable[[Cursor, int], bool], action: str, said: str) -> Response:
    found = next(iter(queries.lines(batch_id)), None)
    with cursor() as opened:
        done = deed(opened, batch_id)
    if found is not None and done:
        record(action, "order", found.order_id, notifications=found.notifications)
        ring("dispatch", SEND)
    db.session.commit()
    flash(
        said if done else gettext("Somebody was faster: it is not stopped any longer."), "success" if done else "info"
    )
    return redirect(url_for("stopped.hand_overs"), 303)


def _line_or_404(batch_id: int) -> Line:
    return next(iter(queries.lines(batch_id)), None) or abort(404)


def _notices() -> list[Notice]:
    return [
        Notice(
            gettext(
                "%(number)s notifications of an order of %(owner)s", number=line.notifications, owner=line.service_owner
            ),
            url_for("stopped.hand_overs"),
            line.isolated_at.astimezone(OSLO).date(),
            gettext("stopped"),
            "danger",
        )
        for line in queries.lines()[:5]
    ]
