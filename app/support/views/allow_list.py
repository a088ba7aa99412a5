"""Asking for the numbers of failures on the allow-list, where they only went to the simulator."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.allow_list.refusals import AllowListRefused
from app.db import db
from app.support.failures import queries as failures
from app.support.failures import words
from app.support.failures.queries import Group
from app.support.remedies import allow_listing
from app.support.remedies.allow_listing import AllowListForm
from app.support.views import DESK, bp
from app.web import days
from app.web.access import open_to
from app.web.ids import id_named

ASK = "/failures/<int:group_id>/allow-list"


@bp.get(ASK)
@open_to(*DESK)
def ask_allow_list(group_id: int) -> str:
    """Ask what is to be said of the numbers; `?single=` names one notification."""
    return _page(_group(group_id), AllowListForm(data=allow_listing.start(days.today())))


@bp.post(ASK)
@open_to(*DESK)
def ask_allow_list_post(group_id: int) -> Response | tuple[str, int]:
    """Request the numbers; an administrator decides on each."""
    group, form = _group(group_id), AllowListForm()
    if not form.validate():
        return _page(group, form), 422
    try:
        wish = form.wish(group.service_owner_id)
    except AllowListRefused as refused:
        form[refused.field or "until_on"].errors = (str(refused),)
        return _page(group, form), 422
    made = allow_listing.ask(group, wish, allow_listing.numbers(group, _single()).good, current_person())
    db.session.commit()
    flash(ngettext("%(num)s number is requested.", "%(num)s numbers are requested.", made), "success")
    return redirect(url_for("support.failures_of", group_id=group_id), 303)


def _group(group_id: int) -> Group:
    found = failures.group(group_id)
    return found if found is not None and allow_listing.may_be_asked_for(found) else abort(404)


def _single() -> int | None:
    """One notification of the group, or None for all; 0, which is none, where it is no number."""
    given = request.values.get("single", "")
    return (id_named(given) or 0) if given else None


def _page(group: Group, form: AllowListForm) -> str:
    single = _single()
    found = allow_listing.numbers(group, single)
    return render_template(
        "support/ask_allow_list.html", group=group, form=form, found=found, single=single, words=words
    )
