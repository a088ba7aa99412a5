"""The words that the pages and the files say of figures."""

from datetime import date, timedelta

from flask_babel import gettext

from app.insight.periods import Step
from app.insight.queries import By, Part
from app.messaging.status import WORDING
from app.orders.follow.words import reason
from app.prices.countries import country_name
from app.web.formats import month, number, oslo_day

NOTHING = "\N{EN DASH}"


def step(kind: Step, start: date) -> str:
    """Name one step: `23 Nov 2026`, `Week 48, 2026`, `Nov 2026`."""
    if kind is Step.WEEK:
        year, week, _ = start.isocalendar()
        return gettext("Week %(week)s, %(year)s", week=week, year=year)
    return month(start) if kind is Step.MONTH else oslo_day(start)


def share(value: float | None) -> str:
    """Write a share as a percentage with one decimal; a dash where there is none."""
    return NOTHING if value is None else f"{number(round(value * 100, 1))} %"


def took(seconds: float | None) -> str:
    """Write a time, no more exactly than it is known."""
    if seconds is None:
        return NOTHING
    if seconds < 100:
        return gettext("%(seconds)s s", seconds=number(float(f"{seconds:.2g}")))
    minutes, hours = timedelta(seconds=seconds) / timedelta(minutes=1), seconds / 3600
    if minutes < 100:
        return gettext("%(minutes)s min", minutes=number(float(f"{minutes:.2g}")))
    return gettext("%(hours)s h", hours=number(float(f"{hours:.2g}")))


def heading(by: By) -> str:
    """Name what failures are told apart by."""
    return {
        By.CAUSE: gettext("Cause"),
        By.COUNTRY: gettext("Country"),
        By.GATEWAY: gettext("Gateway"),
        By.SENDER: gettext("Sender"),
    }[by]


def part(by: By, one: Part) -> str:
    """Name a cause, a country, a gateway or a sender."""
    if by is By.CAUSE:
        return reason(one.name) or _meaning(one)
    if by is By.COUNTRY:
        return country_name(one.name) if one.name else gettext("no country: e-mail, or no number")
    return one.name or (gettext("never handed over") if by is By.GATEWAY else gettext("no sender"))


def _meaning(one: Part) -> str:
    """A status says what it means where no reason says more."""
    return "" if one.status is None else gettext(WORDING[one.status].meaning)


def status(one: Part) -> str:
    """Name the status of a cause; nothing for the others."""
    return "" if one.status is None else WORDING[one.status].name
