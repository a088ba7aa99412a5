"""What a formatted e-mail looks like: in a frame of its own, by an address of its own, with nothing in it that acts."""

import json

from flask import Response as FlaskResponse
from flask import abort, render_template, request, url_for

from app.accounts.current import current_person, sends_for
from app.accounts.models import ServiceOwner
from app.accounts.queries import logo_of
from app.db import db
from app.messaging import markdown
from app.orders.forms import MOST_CHARACTERS
from app.orders.message import one_line
from app.orders.views import bp, my_draft
from app.web import tokens
from app.web.access import open_to
from app.web.framed import framed
from app.web.typed import plain

_PURPOSE = "email-preview"


def add_to_menu() -> None:
    """A preview stands on other pages."""


@bp.post("/email-preview")
@open_to("sender")
def preview() -> str:
    """Take an e-mail as it is being typed, and show the frame that it is shown in."""
    text = plain(request.form.get("email_text"))[:MOST_CHARACTERS]
    subject = one_line(plain(request.form.get("email_subject")))[:255]
    token = tokens.remember(json.dumps([_owner_id(), subject, text]), current_person().id, _PURPOSE)
    return render_template("orders/_preview.html", url=url_for("orders.typed_email", token=token))


@bp.get("/email-preview/<token>")
@open_to("sender")
def typed_email(token: str) -> FlaskResponse:
    """Show an e-mail as it was being typed, within the hour."""
    told = tokens.recall(token, current_person().id, _PURPOSE) or abort(404)
    owner_id, subject, text = json.loads(told)
    owner = next((owner for owner in sends_for() if owner.id == owner_id), None)
    return _framed(text, subject, owner)


@bp.get("/<int:order_id>/draft-email")
@open_to("sender")
def email(order_id: int) -> FlaskResponse:
    """Show a draft's e-mail, its placeholders as they are."""
    draft = my_draft(order_id)
    if not draft.email_is_markdown:
        abort(404)
    owner = db.session.get_one(ServiceOwner, draft.service_owner_id)
    return _framed(draft.email_text, draft.email_subject, owner)


def _owner_id() -> int | None:
    """The service owner that is chosen, if the person sends for it."""
    wanted = request.form.get("service_owner_id", "")
    return next((owner.id for owner in sends_for() if str(owner.id) == wanted), None)


def _framed(text: str, subject: str, owner: ServiceOwner | None) -> FlaskResponse:
    logo = logo_of(owner.id) if owner else None
    around = {"sender": owner.name if owner else "", "logo": logo.data_url if logo else ""}
    return framed(markdown.document(text, subject=subject, **around), markdown.STYLE_HASH)
