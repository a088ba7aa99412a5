"""The pages of the price list: all may read it, administrators keep it."""

from decimal import Decimal

from babel.numbers import format_decimal
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import get_locale, gettext, lazy_gettext
from werkzeug.wrappers import Response

from app.db import db
from app.messaging.status import Channel
from app.prices import queries, service
from app.prices.countries import countries, country_name
from app.prices.forms import NewPriceForm, PriceForm, amount_of
from app.prices.models import ELSEWHERE, Price
from app.web import menu
from app.web.access import open_to
from app.web.formats import oslo_seconds

bp = Blueprint("prices", __name__, url_prefix="/prices")

Answer = Response | str | tuple[str, int]


def add_to_menu() -> None:
    """Put the pages on the menu."""
    menu.add(lazy_gettext("Prices"), "prices.prices", ["sender", "administrator", "support"], 50, menu.Group.COUNTRIES)


@bp.get("")
@open_to("sender", "administrator", "support")
def prices() -> str:
    """List what each channel costs, countries by name and elsewhere last."""
    listed = sorted(queries.prices(), key=lambda price: (price.country == ELSEWHERE, country_name(price.country)))
    return render_template("prices/prices.html", prices=listed, **_words())


@bp.get("/new")
@open_to("administrator")
def new() -> str:
    """Ask for the price of a country that has none of its own."""
    return render_template("prices/new.html", form=_with_choices(NewPriceForm()))


@bp.post("/new")
@open_to("administrator")
def new_post() -> Answer:
    """Add a price."""
    form = _with_choices(NewPriceForm())
    if not (form.validate() and _added(form)):
        return render_template("prices/new.html", form=form), 422
    return _saved(gettext("The price is added."))


def _added(form: NewPriceForm) -> bool:
    try:
        service.add_price(_channel(form.channel.data), form.country.data or "", amount_of(form.amount.data or ""))
    except service.PriceExists:
        form.country.errors = (gettext("This country has a price already. Change it in the list."),)
        return False
    return True


@bp.get("/<channel>/<country>")
@open_to("administrator")
def edit(channel: str, country: str) -> str:
    """Ask for another price."""
    price = _found(channel, country)
    form = PriceForm(amount=plain(price.amount), seen_at=price.changed_at.isoformat())
    return render_template("prices/edit.html", form=form, price=price, **_words())


@bp.post("/<channel>/<country>")
@open_to("administrator")
def edit_post(channel: str, country: str) -> Answer:
    """Change a price, if it still is what was shown."""
    price, form = _found(channel, country), PriceForm()
    if not (form.validate() and _changed(price, form)):
        return render_template("prices/edit.html", form=form, price=price, **_words()), 422
    return _saved(gettext("The price is changed. Orders that were placed keep the cost that was shown."))


def _changed(price: Price, form: PriceForm) -> bool:
    try:
        service.change_price(Channel(price.channel), price.country, amount_of(form.amount.data or ""), form.seen())
    except service.PriceMoved as error:
        form.amount.errors = (_moved_words(error.now),)
        # What is shown now has been seen, so that saving again is a choice.
        form.seen_at.data = error.now.changed_at.isoformat() if error.now else ""
        return False
    return True


def _moved_words(now: Price | None) -> str:
    if now is None:
        return gettext("Somebody removed this price meanwhile. Add it anew if it is needed.")
    changed = {"amount": unit_price(now.amount), "time": oslo_seconds(now.changed_at)}
    return gettext("Somebody changed it to NOK %(amount)s meanwhile (%(time)s). Save again to replace that.", **changed)


@bp.post("/<channel>/<country>/remove")
@open_to("administrator")
def remove_post(channel: str, country: str) -> Response:
    """Take away a country's own price."""
    price, form = _found(channel, country), PriceForm()
    if price.country == ELSEWHERE:
        flash(gettext("The price for elsewhere cannot be removed: it holds where a country has none."), "danger")
        return redirect(url_for("prices.prices"), 303)
    try:
        service.remove_price(Channel(price.channel), price.country, form.seen())
    except service.PriceMoved as error:
        flash(_moved_words(error.now), "danger")
        return redirect(url_for("prices.edit", channel=channel, country=country), 303)
    return _saved(gettext("The price is removed. The price for elsewhere holds now."))


@bp.app_template_filter("unit_price")
def unit_price(amount: Decimal) -> str:
    """Write the price of one, which may need four decimals: `0.29`, `0.015`."""
    return format_decimal(amount, "#,##0.00##", locale=get_locale())


def plain(amount: Decimal) -> str:
    """Write an amount as it may be typed."""
    return f"{amount.normalize():f}"


def _words() -> dict[str, object]:
    return {"Channel": Channel, "ELSEWHERE": ELSEWHERE, "country_name": country_name}


def _with_choices(form: NewPriceForm) -> NewPriceForm:
    form.channel.choices = [("sms", gettext("SMS, per segment")), ("email", gettext("E-mail, per message"))]
    form.country.choices = [("", gettext("Choose a country")), (ELSEWHERE, country_name(ELSEWHERE)), *countries()]
    return form


def _found(channel: str, country: str) -> Price:
    return queries.price(_channel(channel), country) or abort(404)


def _channel(text: str | None) -> Channel:
    return {"sms": Channel.SMS, "email": Channel.EMAIL}.get(text or "") or abort(404)


def _saved(words: str) -> Response:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("prices.prices"), 303)
