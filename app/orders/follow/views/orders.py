"""The order list: filtered by its address, searched by reference without it standing there."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.current import current_person, is_covered, sees_every_service_owner
from app.accounts.models import ServiceOwner
from app.accounts.queries import service_owners
from app.conditions.queries import held_among
from app.messaging.status import SHIPMENT_WORDING, ShipmentStatus
from app.orders import words as order_words
from app.orders.follow import listing
from app.orders.follow.forms import ReferenceForm
from app.orders.follow.views import EVERYBODY, bp
from app.shipments.counts import NOTHING, counts_of
from app.web import live, tokens
from app.web.access import open_to
from app.web.paging import page_args, url_with

_STATUSES = {wording.name: status for status, wording in SHIPMENT_WORDING.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks the list to show."""

    wanted: listing.Wanted
    owners: Sequence[ServiceOwner]
    """Those that can be chosen from."""
    reference: str | None
    """What was searched for; None where a search is no longer known."""

    @property
    def is_filtered(self) -> bool:
        """Whether orders may be left out."""
        return any(request.args.get(name) for name in ("owner", "status", "search"))


@bp.get("/orders")
@open_to(*EVERYBODY)
def orders() -> Response:
    """List the placed orders that the person may see."""
    asked = _asked()
    return _respond(asked, ReferenceForm(MultiDict({"reference": asked.reference or ""})))


@bp.post("/orders")
@open_to(*EVERYBODY)
def find_order() -> Response:
    """Search by reference: the address of what is found names only a token."""
    form = ReferenceForm()
    if not form.validate():
        answer = _respond(_asked(), form)
        answer.status_code = 422
        return answer
    token = tokens.remember(form.reference.data, current_person().id)
    return redirect(url_with(search=token), 303)


def _asked() -> Asked:
    owners = _owners()
    by_name = {owner.short_name: owner.id for owner in owners}
    chosen = request.args.get("owner")
    if chosen and chosen not in by_name:
        abort(404)
    ids = [by_name[chosen]] if chosen else sorted(by_name.values())
    reference = _reference()
    wanted = listing.Wanted([] if reference is None else ids, _status(), reference or "")
    return Asked(wanted, owners, reference)


def _owners() -> Sequence[ServiceOwner]:
    if sees_every_service_owner():
        return service_owners()
    mine = (membership.service_owner for membership in current_person().memberships)
    return sorted(mine, key=lambda owner: owner.short_name)


def _status() -> ShipmentStatus | None:
    name = request.args.get("status")
    if not name:
        return None
    return _STATUSES[name] if name in _STATUSES else abort(404)


def _reference() -> str | None:
    token = request.args.get("search")
    return tokens.recall(token, current_person().id) if token else ""


def _respond(asked: Asked, form: ReferenceForm) -> Response:
    page = listing.page_of(asked.wanted, page_args())
    counts = counts_of([line.shipment_id for line in page.rows])
    held = held_among([line.order_id for line in page.rows])
    seen = [
        (line.shipment_id, line.status, line.waits_for, counts.get(line.shipment_id, NOTHING).changes)
        for line in page.rows
    ]
    return live.respond_part_or_page(
        "follow/orders.html",
        "follow/_orders_part.html",
        f"{request.query_string.decode()}|{seen}|{sorted(held)}",
        finished=not any(line.is_open for line in page.rows),
        page=page,
        counts=counts,
        held=held,
        asked=asked,
        form=form,
        is_covered=is_covered,
        statuses=[(name, gettext(SHIPMENT_WORDING[status].label)) for name, status in _STATUSES.items()],
        nothing=NOTHING,
        scheme=order_words.scheme,
    )
