"""A registration names the providers that may carry it: the answer depends on who does."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import insert

from app.country_rules.terms import Outcome
from app.db import db
from app.gateway_desk import pool
from app.gateway_desk.models import Gateway
from app.orders.outcomes import Fates
from app.sender_ids.models import SenderRegistration
from tests.orders.drafting import Desk

NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)
NO_LINK: frozenset[str] = frozenset()


@pytest.fixture
def settings(settings: dict[str, object]) -> dict[str, object]:
    """Two ways out, of two providers."""
    return {**settings, "GATEWAYS": "link,smpp", "SMPP_PROVIDER": "Another"}


@pytest.fixture
def registered(context: None, desk: Desk) -> None:
    """A name that Spain knows, carried by LINK."""
    told = {"status": "approved", "country": "ES", "providers": ["LINK"], "valid_from": date(2026, 6, 1)}
    db.session.execute(
        insert(SenderRegistration), [{"service_owner_id": desk.service_owner_id, "sender": "Skatt", **told}]
    )
    db.session.commit()


def outcome(desk: Desk, gateway: str | None) -> Outcome:
    return Fates(desk.service_owner_id, "Skatt", {"ES"}, NOON, gateway)["ES", NO_LINK].given.outcome


def test_the_gateway_that_hands_over_decides(registered: None, desk: Desk) -> None:
    assert outcome(desk, "link") is Outcome.DELIVER
    assert outcome(desk, "smpp") is Outcome.WILL_FAIL


def test_before_a_gateway_is_chosen_the_worst_holds(registered: None, desk: Desk) -> None:
    assert outcome(desk, None) is Outcome.WILL_FAIL


def test_a_gateway_that_does_not_serve_the_country_has_no_say(app: Flask, registered: None, desk: Desk) -> None:
    pool.introduce()
    db.session.get_one(Gateway, "smpp").countries = ["NO"]
    db.session.commit()

    assert outcome(desk, None) is Outcome.DELIVER
