"""Demo data: complete, loaded once, never in production."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import demo
from app.accounts import queries
from app.accounts.models import Membership, Person, ServiceOwner
from app.audit.models import AuditEntry
from app.db import db
from app.messaging.status import Channel
from app.prices.models import Price
from app.prices.queries import price_list
from app.web.paging import Window
from tests.fixtures.desk import Somebody, Visitor


def _counts() -> list[int | None]:
    tables = (Person, ServiceOwner, Membership, Price, AuditEntry)
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_everybody_in_the_demo_can_sign_in(app: Flask, visitor: Callable[..., Visitor]) -> None:
    with app.app_context():
        accounts = demo.load()
        db.session.commit()

    for account in accounts:
        visitor().sign_in(Somebody(0, account.email, account.password))


def test_loading_twice_changes_nothing(app: Flask) -> None:
    with app.app_context():
        demo.load()
        db.session.commit()
        once = _counts()

        demo.load()
        db.session.commit()

        assert _counts() == once


def test_the_demo_has_every_role_and_its_service_owners(app: Flask) -> None:
    with app.app_context():
        demo.load()

        people = {person.email: person for person in queries.people(Window()).rows}

    assert {m.service_owner.short_name for m in people["kari@ttd.example"].memberships} == {"ttd", "skd"}
    assert {m.service_owner.short_name for m in people["ola@nav.example"].memberships} == {"nav"}
    assert people["astrid@varsel.example"].has_role("administrator")
    assert people["siv@varsel.example"].has_role("support")


def test_every_country_has_a_price_in_the_demo(app: Flask) -> None:
    with app.app_context():
        demo.load()

        assert price_list(Channel.SMS).of("NO") < price_list(Channel.SMS).of("FI")
        assert price_list(Channel.SMS).of("AQ")
        assert price_list(Channel.EMAIL).of("NO")


def test_no_demo_data_comes_into_production(app: Flask) -> None:
    app.config["ENVIRONMENT"] = "production"

    with app.app_context(), pytest.raises(demo.DemoRefused, match="not loaded in production"):
        demo.load()
