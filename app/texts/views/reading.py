"""Reading a template: what it says now or said before, and what two versions do not agree on."""

from typing import Any

from flask import abort, current_app, render_template, request, url_for

from app.accounts.models import ServiceOwner
from app.db import db
from app.messaging.template import Template
from app.texts import queries, service, words
from app.texts.models import TextTemplate, TextVersion
from app.texts.views import READERS, TEMPLATE, bp, is_mine, template_or_404, version_or_404
from app.web.access import open_to
from app.web.paging import page_args


def open_pages() -> None:
    """These pages are reached from the list."""


@bp.get(TEMPLATE)
@open_to(*READERS)
def template(template_id: int) -> str:
    """Show what a template says, and its versions."""
    found = template_or_404(template_id)
    latest = version_or_404(template_id, found.current_no)
    history = queries.history(template_id, page_args())
    return render_template("texts/template.html", history=history, **_context(found, latest))


@bp.get(f"{TEMPLATE}/versions/<small:no>")
@open_to(*READERS)
def version(template_id: int, no: int) -> str:
    """Show what a version said, and how it differs from the one before or from the one asked for."""
    found = template_or_404(template_id)
    shown = version_or_404(template_id, no)
    before = _asked_for(template_id, no)
    changes = words.compared(service.said_by(before), service.said_by(shown)) if before else []
    return render_template("texts/version.html", before=before, changes=changes, **_context(found, shown))


def _asked_for(template_id: int, no: int) -> TextVersion | None:
    """The version of `?since=…`, or else the one before; None for the first."""
    since = request.args.get("since", str(no - 1))
    if not since.isdecimal() or len(since) > 5:
        abort(404)
    return version_or_404(template_id, int(since)) if int(since) else None


def _context(found: TextTemplate, shown: TextVersion) -> dict[str, Any]:
    said = service.said_by(shown)
    return {
        "template": found,
        "version": shown,
        "said": said,
        "author": queries.author_of(shown),
        "owner": db.session.get_one(ServiceOwner, found.service_owner_id),
        "is_mine": is_mine(found),
        "order_from": _order_from(found),
        "pieces_of": lambda text: Template(text).pieces,
        "placeholders": _placeholders(said),
    }


def _order_from(found: TextTemplate) -> str:
    """Where an order is begun with its texts; the room of orders, if there is one, stands above this one."""
    is_there = "orders.new" in current_app.view_functions
    return url_for("orders.new", template=found.id) if is_there else ""


def _placeholders(said: service.Said) -> tuple[str, ...]:
    texts = [text for one in said.wordings.values() for text in (one.sms_text, one.email_subject, one.email_text)]
    return Template("\n".join(texts)).names
