"""The desk's search: one box, what the text was taken for, and what is found by it."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.accounts.current import current_person, is_covered
from app.accounts.queries import service_owners
from app.audit.service import record
from app.db import db
from app.messaging.status import WORDING
from app.shipments.counts import NOTHING, counts_of
from app.support.search import queries
from app.support.search.forms import BoxForm, FilterForm
from app.support.search.readings import FINDS_ORDERS, FINDS_RECIPIENTS, Reading, readings
from app.support.search.words import KINDS
from app.support.views import DESK, bp
from app.web import tokens
from app.web.access import open_to
from app.web.paging import Page, page_args


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, and what of its readings is shown."""

    text: str
    is_forgotten: bool
    readings: list[Reading]
    chosen: Reading | None


@bp.get("/search")
@open_to(*DESK)
def search() -> str:
    """Show what is found, by the reading that was chosen or else the first one by which anything is."""
    asked = _asked()
    return _page(asked, BoxForm(MultiDict({"text": asked.text})))


@bp.post("/search")
@open_to(*DESK)
def search_post() -> Response | tuple[str, int]:
    """Keep the text for an hour; the address of what is found names only a token."""
    form = BoxForm()
    if not form.validate():
        return _page(Asked("", is_forgotten=False, readings=[], chosen=None), form), 422
    token = tokens.remember(form.text.data, current_person().id)
    record("search.made", "desk", "search", kinds=[reading.kind.value for reading in readings(form.text.data)])
    db.session.commit()
    return redirect(url_for("support.search", search=token), 303)


def _asked() -> Asked:
    token = request.args.get("search")
    if not token:
        return Asked("", is_forgotten=False, readings=[], chosen=None)
    text = tokens.recall(token, current_person().id)
    if text is None:
        return Asked("", is_forgotten=True, readings=[], chosen=None)
    found = readings(text)
    return Asked(text, is_forgotten=False, readings=found, chosen=_chosen(found))


def _chosen(found: list[Reading]) -> Reading | None:
    wanted = request.args.get("as")
    by_name = next((reading for reading in found if reading.kind.value == wanted), None)
    owners = [owner.id for owner in service_owners()]
    return by_name or next((one for one in found if queries.is_found(one, owners)), found[0] if found else None)


def _page(asked: Asked, form: BoxForm) -> str:
    return render_template(
        "support/search.html",
        asked=asked,
        form=form,
        kinds=KINDS,
        finds_orders=FINDS_ORDERS,
        finds_recipients=FINDS_RECIPIENTS,
        is_covered=is_covered,
        nothing=NOTHING,
        looked_through=queries.LOOKED_THROUGH,
        **_results(asked),
    )


def _results(asked: Asked) -> dict[str, Any]:
    owners = {owner.short_name: owner.id for owner in service_owners()}
    filters = _filters(owners)
    wanted = filters.wanted(owners)
    found: dict[str, Any] = {"filters": filters, "wanted": wanted, "page": _nothing(), "counts": {}}
    if asked.chosen is None:
        return found
    if asked.chosen.kind not in FINDS_ORDERS:
        return {**found, "page": queries.notifications(asked.chosen, wanted, page_args())}
    ids = [wanted.service_owner_id] if wanted.service_owner_id else sorted(owners.values())
    page = queries.orders(asked.chosen, ids, page_args())
    return {**found, "page": page, "counts": counts_of([line.shipment_id for line in page.rows])}


def _nothing() -> Page[Any]:
    return Page((), None, None)


def _filters(owners: dict[str, int]) -> FilterForm:
    form = FilterForm(request.args, meta={"csrf": False})
    form.owner.choices = [SelectChoice("", gettext("All")), *(SelectChoice(name, name) for name in owners)]
    groups = [("", gettext("All")), ("open", gettext("All open")), ("failed", gettext("All failed"))]
    each = [
        (wording.name, f"{wording.name.partition('_')[0]}: {gettext(wording.label)}") for wording in WORDING.values()
    ]
    form.status.choices = [SelectChoice(name, label) for name, label in groups + each]
    routes = [("", gettext("Both")), ("real", gettext("Real")), ("simulated", gettext("Simulated"))]
    form.route.choices = [SelectChoice(name, label) for name, label in routes]
    return form
