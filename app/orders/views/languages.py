"""An order's texts in other languages: their fields, added one by one, and what is told while they are typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, render_template, request

from app.accounts.current import sends_for
from app.messaging.language import Language
from app.orders import queries
from app.orders.forms import OrderForm
from app.orders.measuring import columns_of, other_tellings
from app.orders.models import Intake
from app.orders.views import bp, my_draft
from app.web.access import open_to


def add_to_menu() -> None:
    """These stand on the page of an order."""


@bp.post("/measure-languages")
@open_to("sender")
def measure_languages() -> str:
    """Tell about the texts in other languages while they are typed."""
    form = OrderForm(sends_for())
    told = other_tellings(form, form.channels, given())
    return render_template("orders/_measure_languages.html", other_tellings=told)


@bp.post("/languages/<language>")
@open_to("sender")
def speak_too(language: str) -> str:
    """Show the fields of one language more, with what was typed in the others."""
    if language not in set(Language):
        abort(404)
    form = OrderForm(sends_for())
    return render_template("orders/_language_fields.html", form=form, **context(form, given(), language))


def given() -> Sequence[Intake]:
    """What the draft that is being typed was given, where there is one."""
    order_id = request.form.get("order_id", "")
    return queries.intakes(my_draft(int(order_id)).id) if order_id.isdecimal() and len(order_id) < 19 else []


def context(form: OrderForm, intakes: Sequence[Intake], added: str = "") -> Mapping[str, Any]:
    """What the fields need to know."""
    shown = {added, *request.form.getlist("spoken_too"), *form.others}
    return {
        "languages": list(Language),
        "spoken_too": [language for language in Language if language in shown],
        "columns": columns_of(intakes),
        "other_tellings": other_tellings(form, form.channels, intakes),
    }
