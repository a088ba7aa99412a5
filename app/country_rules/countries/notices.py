"""What administrators read on their front page of countries: days to come, and what asks to be verified."""

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for
from flask_babel import gettext, lazy_gettext

from app.country_rules.countries import turns, verified
from app.country_rules.countries.turns import Change, Turn
from app.country_rules.in_force import register_in_force
from app.country_rules.upkeep import queries
from app.db import utcnow
from app.prices.countries import country_name
from app.web import front
from app.web.formats import OSLO, oslo_day
from app.web.front import Notice

BACK, AHEAD = timedelta(days=30), timedelta(days=3 * 365)
_MOST = 20
_COLORS = {Turn.TIGHTENS: "warning", Turn.EASES: "success", Turn.CHANGES: "info"}


def install() -> None:
    """Put the sections on the front page."""
    none_to_come = lazy_gettext("No rule changes in the days to come, and none has in the last 30.")
    front.add("country-dates", lazy_gettext("Countries: what changes"), none_to_come, ["administrator"], 60, dates)
    all_fresh = lazy_gettext("All rules were verified in the last 90 days.")
    front.add("country-due", lazy_gettext("Countries: to verify"), all_fresh, ["administrator"], 70, to_verify)


def dates() -> Sequence[Notice]:
    """List what changes in the three years to come, and what has in the last 30 days."""
    today = utcnow().astimezone(OSLO).date()
    found = turns.changes(register_in_force(), today - BACK, today + AHEAD)
    return [_dated(change, is_past=change.day <= today) for change in found[:_MOST]]


def _dated(change: Change, *, is_past: bool) -> Notice:
    mark = gettext("in force") if is_past else gettext("to come")
    return Notice(said(change), _url(change.country), change.day, mark, _COLORS[change.turn])


def said(change: Change) -> str:
    """Say what happens: “Finland tightens: …”."""
    words = {"country": country_name(change.country), "sentence": gettext(change.sentence)}
    if change.turn is Turn.TIGHTENS:
        return gettext("%(country)s tightens: %(sentence)s", **words)
    if change.turn is Turn.EASES:
        return gettext("%(country)s eases: %(sentence)s", **words)
    return gettext("%(country)s: %(sentence)s", **words)


def to_verify() -> Sequence[Notice]:
    """List the countries that were not verified for 90 days, the oldest first; how many more there are stands last."""
    own, today = queries.own_at(queries.changes()), utcnow().astimezone(OSLO).date()
    asking = verified.due(register_in_force(), own, queries.verifications(), today)
    listed = [
        Notice(gettext("%(country)s, last verified %(day)s", country=country_name(code), day=oslo_day(day)), _url(code))
        for code, day in asking[:_MOST]
    ]
    if len(asking) > _MOST:
        more = gettext("and %(num)s more countries", num=len(asking) - _MOST)
        listed.append(Notice(more, url_for("countries.countries", due="1")))
    return listed


def _url(code: str) -> str:
    return url_for("countries.country", code=code)
