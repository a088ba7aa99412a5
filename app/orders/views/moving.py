"""Moving a country's recipients to e-mail by one button of the check page, and back."""

from flask import abort
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import db
from app.orders import moving
from app.orders.views import bp, my_draft, say, to_check
from app.prices.countries import countries, country_name
from app.web.access import open_to


def add_to_menu() -> None:
    """It is done from the check of a draft."""


@bp.post("/<int:order_id>/move-to-email/<country>")
@open_to("sender")
def move_to_email(order_id: int, country: str) -> Response:
    """Send an e-mail and no SMS to those in a country who have both addresses."""
    moving.move_to_email(my_draft(order_id).id, _known(country))
    db.session.commit()
    say(gettext("Moved to e-mail: %(country)s. Nothing is sent yet.", country=country_name(country)))
    return to_check(order_id)


@bp.post("/<int:order_id>/move-back/<country>")
@open_to("sender")
def move_back(order_id: int, country: str) -> Response:
    """Send them SMS after all."""
    moving.move_back(my_draft(order_id).id, _known(country))
    db.session.commit()
    say(gettext("%(country)s gets SMS again. Nothing is sent yet.", country=country_name(country)))
    return to_check(order_id)


def _known(country: str) -> str:
    return country if country in dict(countries()) else abort(404)
