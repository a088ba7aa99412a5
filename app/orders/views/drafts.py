"""The list of drafts, and deleting one."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person, service_owner_ids
from app.db import db
from app.orders import queries, service, words
from app.orders.views import bp, my_draft
from app.web import menu
from app.web.access import open_to
from app.web.paging import page_args


def add_to_menu() -> None:
    """Put the list on the menu."""
    menu.add(lazy_gettext("Drafts"), "orders.drafts", ["sender"], 30)


@bp.get("/drafts")
@open_to("sender")
def drafts() -> str:
    """List the drafts of the person's service owners."""
    return render_template(
        "orders/drafts.html", page=queries.drafts(service_owner_ids(), page_args()), scheme=words.scheme
    )


@bp.get("/<int:order_id>/delete")
@open_to("sender")
def delete(order_id: int) -> str:
    """Ask whether a draft is to be deleted."""
    draft = my_draft(order_id)
    return render_template("orders/delete.html", draft=draft, recipients=queries.numbers(draft.id).valid)


@bp.post("/<int:order_id>/delete")
@open_to("sender")
def delete_post(order_id: int) -> Response:
    """Delete a draft with its recipients."""
    service.delete_draft(my_draft(order_id).id, current_person().id)
    db.session.commit()
    flash(gettext("The draft is deleted."), "success")
    return redirect(url_for("orders.drafts"), 303)
