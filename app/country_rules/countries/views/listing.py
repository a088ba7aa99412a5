"""All countries at once: a list, and the same as a map."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.country_rules.countries import chosen as senders
from app.country_rules.countries import listing, turns, words
from app.country_rules.countries.notices import AHEAD, BACK, said
from app.country_rules.countries.views import EVERYBODY, bp
from app.country_rules.countries.world import world
from app.country_rules.facts import Register
from app.country_rules.in_force import register_in_force
from app.db import utcnow
from app.prices.countries import countries as all_countries
from app.web.access import open_to


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get("")
@open_to(*EVERYBODY)
def countries() -> str:
    """Show what every country does today to a chosen sender."""
    register, now, asked = register_in_force(), utcnow(), request.args
    chosen, today = senders.chosen(asked.get("sender")), listing.today_of(now)
    every = listing.lines(register, chosen, now)
    shown = listing.narrowed(every, listing.Wanted.of(asked))
    return render_template(
        "countries/countries.html",
        register=register,
        chosen=chosen,
        choices=senders.choices(),
        regions=sorted({(line.region, words.region(line.region)) for line in every}, key=lambda pair: pair[1]),
        lines=shown,
        tally=listing.tally(every),
        world=world(),
        drawn={line.code: line for line in shown if world().draws(line.code)},
        undrawn=[line for line in shown if not world().draws(line.code)],
        changes=[(change, said(change)) for change in turns.changes(register, today - BACK, today + AHEAD)],
        age=(today - register.compiled_on).days,
        today=today,
        is_narrowed=any(asked.get(name) for name in listing.FILTERS),
        without_rules=_without_rules(register),
        words=words,
    )


@bp.get("/find")
@open_to("administrator")
def find() -> Response:
    """Lead to the page of a country that no rule speaks of yet."""
    code = request.args.get("code", "")
    return redirect(url_for("countries.country", code=code) if code else url_for("countries.countries"))


def _without_rules(register: Register) -> list[tuple[str, str]]:
    others = [pair for pair in all_countries() if pair[0] not in register.countries]
    return [("", gettext("Choose a country")), *others]
