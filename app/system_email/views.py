"""The browser's door: what Varsel itself wrote, what waits and what failed; addresses stay covered."""

from flask import Blueprint, Flask, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from app.db import db
from app.system_email import queries, service
from app.system_email.queries import State
from app.web import live, menu
from app.web.access import open_to
from app.web.paging import page_args

bp = Blueprint("system_email", __name__, url_prefix="/system-email")

WORDS = {
    State.WAITS: (lazy_gettext("Waits"), "info"),
    State.SENT: (lazy_gettext("Sent"), "success"),
    State.FAILED: (lazy_gettext("Failed"), "danger"),
}


def install(app: Flask) -> None:
    """Open the page and put it on the menu."""
    app.register_blueprint(bp)
    menu.add(lazy_gettext("System e-mail"), "system_email.emails", ("administrator",), 90, menu.Group.ADMINISTRATION)


@bp.get("")
@open_to("administrator")
def emails() -> Response:
    """List the e-mails; the list refreshes by itself."""
    etag = f"{queries.revision()}:{request.query_string.decode()}"
    if (answer := live.unchanged(etag)) is not None:
        return answer
    return live.respond_part_or_page(
        "system_email/emails.html",
        "system_email/_emails_part.html",
        etag,
        page=queries.page_of(_state(), page_args()),
        state=_state(),
        State=State,
        words=WORDS,
    )


@bp.post("/<int:email_id>/send-again")
@open_to("administrator")
def send_again(email_id: int) -> AnyResponse:
    """Have one that was given up handed over again."""
    if service.send_again(email_id):
        db.session.commit()
        flash(gettext("The e-mail is on its way again."), "success")
    else:
        flash(gettext("It is not given up, or somebody was faster."), "info")
    return redirect(url_for("system_email.emails"), 303)


def _state() -> State | None:
    name = request.args.get("state")
    if not name:
        return None
    return next((state for state in State if state.value == name), None) or abort(404)
