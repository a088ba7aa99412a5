"""The browser's door to country pages: the list and map, one country, its own rules."""

from flask import Blueprint, Flask, abort
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from app.country_rules.facts import Register
from app.country_rules.upkeep.stored import place_of
from app.messaging.phone_metadata import counted_country
from app.web import menu

bp = Blueprint("countries", __name__, url_prefix="/countries")

EVERYBODY = ("sender", "administrator", "support")
COUNTRY = "/<code>"

Answer = Response | str | tuple[str, int]


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    from app.country_rules.countries.views import country, listing, own_rules

    for pages in (listing, country, own_rules):
        pages.open_pages()
    app.register_blueprint(bp)
    menu.add(lazy_gettext("Countries"), "countries.countries", EVERYBODY, 45, menu.Group.COUNTRIES)


def require_country(register: Register, code: str) -> None:
    """Answer 404 for what is no country; one that no rule speaks of yet is one, a part of another is not."""
    if code not in register.countries and (place_of(code) is None or counted_country(code) != code):
        abort(404)
