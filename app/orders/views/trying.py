"""Sending a test of a draft to oneself, from its check page."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.db import db
from app.messaging.status import Channel
from app.orders import queries, trying
from app.orders.checked import Shown
from app.orders.queries import FoundRow
from app.orders.service import PlaceOutcome, PlaceResult
from app.orders.views import bp, my_draft
from app.web.access import open_to

_CHANNELS = {"sms": Channel.SMS, "email": Channel.EMAIL}


def add_to_menu() -> None:
    """It stands on the check page."""


def context(shown: Shown | None) -> Mapping[str, Any]:
    """What the check page offers."""
    return {"tests": trying.offers(shown, current_person()) if shown else ()}


@bp.post("/<int:order_id>/test")
@open_to("sender")
def test(order_id: int) -> Response:
    """Send a test of one row's message on one channel to the person at the desk."""
    draft, channel = my_draft(order_id), _CHANNELS.get(request.form.get("channel", "")) or abort(404)
    row = _row(order_id) or abort(404)
    try:
        result = trying.send(draft, row, channel, current_person())
    except trying.TooMany:
        return _refused(
            order_id, gettext("You have sent %(most)s tests within an hour. Wait a while.", most=trying.MOST)
        )
    except trying.NoNumber:
        return _refused(order_id, gettext("Give your mobile number first, on the page of your account."))
    if result.outcome is not PlaceOutcome.PLACED:
        return _refused(order_id, _why(result))
    db.session.commit()
    flash(gettext("The test is on its way to you. This is its page; your draft stands as it was."), "success")
    return redirect(url_for("follow.order", order_id=result.order_id), 303)


def _row(order_id: int) -> FoundRow | None:
    part, row_no = request.form.get("part", ""), request.form.get("row", "")
    if not (part.isdecimal() and row_no.isdecimal() and len(part) < 5 and len(row_no) < 10):
        return None
    return queries.row_at(order_id, int(part), int(row_no))


def _refused(order_id: int, words: str) -> Response:
    db.session.rollback()
    flash(words, "warning")
    return redirect(url_for("orders.check", order_id=order_id), 303)


def _why(result: PlaceResult) -> str:
    why = " ".join(problem.text for problem in result.problems)
    return gettext("The test was not sent. %(why)s", why=why)
