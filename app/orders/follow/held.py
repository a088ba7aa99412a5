"""The front page's notices of shipments that wait for a person, because their condition gave no clear answer."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext, lazy_gettext

from app.accounts.current import visible_to_me
from app.conditions import queries
from app.orders.follow.chain import args_of
from app.orders.reminders import timeline
from app.shipments.models import Shipment
from app.web import front
from app.web.formats import OSLO
from app.web.front import Notice

_MOST = 20


def install() -> None:
    """Put the section on the front page."""
    nothing = lazy_gettext("No shipment waits for a person to decide whether it is sent.")
    front.add("held", lazy_gettext("Held shipments"), nothing, ("administrator",), 18, notices)


def notices() -> Sequence[Notice]:
    """List the shipments that are held, the longest waiting first."""
    found = queries.held(visible_to_me(Shipment.service_owner_id), _MOST)
    return [
        Notice(
            gettext("Order %(number)s, %(name)s", number=order_id, name=timeline.name(no)),
            url_for("follow.order", order_id=order_id, **args_of(no)),
            at.astimezone(OSLO).date(),
            gettext("held"),
            "warning",
        )
        for order_id, no, at in found
    ]
