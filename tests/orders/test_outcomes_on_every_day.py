"""The one answer about Finland, Spain and Thailand on every day of 2026 and 2027 (product.md, S7 to S13)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from app.country_rules.terms import Outcome, Policy
from app.db import db
from app.orders.outcomes import Fate, Fates
from app.sender_ids.models import SenderRegistration
from tests.orders.drafting import Desk

DAYS = [date(2026, 1, 1) + timedelta(days) for days in range(730)]
Day = tuple[date, dict[str, Fate]]
NO_LINK: frozenset[str] = frozenset()
LINK = frozenset({"altinn.no"})
COUNTRIES = ("NO", "FI", "ES", "TH")


def _fates(desk: Desk, sender: str = "Skatt", hosts: frozenset[str] = NO_LINK) -> Iterator[Day]:
    for day in DAYS:
        # Noon in Norway is the same day in all four countries.
        fates = Fates(desk.service_owner_id, sender, COUNTRIES, datetime(day.year, day.month, day.day, 11, tzinfo=UTC))
        yield day, {country: fates[country, hosts] for country in COUNTRIES}


def _finland(day: date) -> tuple[Outcome, Policy]:
    if day < date(2026, 5, 4):
        return Outcome.DELIVER, Policy.ALLOW
    return (Outcome.DELIVER_OVERWRITTEN if day < date(2026, 11, 2) else Outcome.AT_RISK), Policy.WARN


def _spain(day: date) -> tuple[Outcome, Policy]:
    if day < date(2026, 6, 7):
        return Outcome.DELIVER, Policy.ALLOW
    return (Outcome.AT_RISK, Policy.WARN) if day < date(2026, 9, 15) else (Outcome.WILL_FAIL, Policy.BLOCK)


def test_an_unregistered_name(context: None, desk: Desk) -> None:
    for day, fates in _fates(desk):
        said = {country: (fate.given.outcome, fate.policy) for country, fate in fates.items()}

        assert said == {
            "NO": (Outcome.DELIVER, Policy.ALLOW),
            "FI": _finland(day),
            "ES": _spain(day),
            "TH": (Outcome.AT_RISK, Policy.WARN),
        }, day
        assert fates["ES"].is_stopped is (_spain(day)[1] is Policy.BLOCK)
        assert fates["FI"].needs_confirmation is (_finland(day)[1] is Policy.WARN)


def test_finland_shows_tuntematon_while_it_overwrites(context: None, desk: Desk) -> None:
    shown = {day: fates["FI"].given.shown.text for day, fates in _fates(desk)}

    overwritten = {day for day, text in shown.items() if text == "Tuntematon"}
    assert overwritten == {day for day in DAYS if _finland(day)[0] is Outcome.DELIVER_OVERWRITTEN}


def test_a_number_of_spain_always_arrives_there(context: None, desk: Desk) -> None:
    assert {fates["ES"].policy for _, fates in _fates(desk, "34612345678")} == {Policy.ALLOW}


@pytest.mark.parametrize("hosts", [NO_LINK, LINK])
def test_a_registered_name_arrives_with_the_links_that_are_approved(
    context: None, desk: Desk, hosts: frozenset[str]
) -> None:
    common: dict[str, object] = {"service_owner_id": desk.service_owner_id, "sender": "Skatt", "status": "approved"}
    rows = [
        {**common, "country": country, "approved_hosts": ["altinn.no"], "providers": ["LINK"]} for country in COUNTRIES
    ]
    db.session.execute(insert(SenderRegistration), rows)

    assert all(fate.is_plain for _, fates in _fates(desk, hosts=hosts) for fate in fates.values())


def test_what_warns_or_stops_can_be_mended_by_email(context: None, desk: Desk) -> None:
    for _, fates in _fates(desk, hosts=LINK):
        assert all(fate.asked.remedies for fate in fates.values() if fate.policy is not Policy.ALLOW)
