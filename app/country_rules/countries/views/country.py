"""One country: its rules on a time line, what is known beside them, what if, and verifying it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.country_rules.countries import listing, sheet, what_if, words
from app.country_rules.countries.forms import WhatIfForm
from app.country_rules.countries.views import COUNTRY, EVERYBODY, Answer, bp, require_country
from app.country_rules.facts import Register
from app.country_rules.in_force import register_in_force
from app.country_rules.upkeep import service
from app.db import db, utcnow
from app.prices.countries import country_name
from app.sender_ids import words as registration_words
from app.web.access import open_to


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get(COUNTRY)
@open_to(*EVERYBODY)
def country(code: str) -> str:
    """Show a country."""
    register = register_in_force()
    require_country(register, code)
    return _page(register, code, what_if.blank(listing.today_of(utcnow())))


@bp.post(f"{COUNTRY}/what-if")
@open_to(*EVERYBODY)
def find_verdict(code: str) -> Answer:
    """Say what would become of an SMS; nothing is kept."""
    register = register_in_force()
    require_country(register, code)
    form = what_if.offering(WhatIfForm())
    if not form.validate():
        return _page(register, code, form), 422
    return _page(register, code, form, what_if.answer(form, code, register))


@bp.post(f"{COUNTRY}/verified")
@open_to("administrator")
def verified_post(code: str) -> Response:
    """Keep that what is said of the country was found to be true today."""
    require_country(register_in_force(), code)
    service.verify(code, current_person().id)
    db.session.commit()
    flash(gettext("You have verified %(country)s today.", country=country_name(code)), "success")
    return redirect(url_for("countries.country", code=code), 303)


def _page(register: Register, code: str, form: WhatIfForm, answer: what_if.Answer | None = None) -> str:
    values: dict[str, Any] = {"code": code, "name": country_name(code), "words": words}
    if code not in register.countries:
        return render_template("countries/unknown.html", **values)
    told = sheet.told(register, code, utcnow())
    return render_template(
        "countries/country.html", **values, form=form, answer=answer, sheet=told, registration_words=registration_words
    )
