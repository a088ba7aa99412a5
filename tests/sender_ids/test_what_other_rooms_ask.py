"""The question that other rooms ask: which registration a sender ID has in each country, and until when it counts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from app.country_rules.terms import RegistrationStatus
from app.country_rules.verdict import Registration
from app.db import db
from app.sender_ids.models import OperatorResult, SenderRegistration, SenderTraffic
from app.sender_ids.queries import registrations

Asked = Callable[..., dict[str, Registration]]
Stored = Callable[..., int]


@pytest.fixture
def owner(service_owner: Callable[..., int]) -> int:
    """The service owner whose registrations these are."""
    return service_owner("skd")


@pytest.fixture
def stored(app: Flask, owner: int) -> Stored:
    """Stores a registration as it stands."""

    def store(country: str = "ES", sender: str = "Skatt", status: str = "approved", **fields: object) -> int:
        with app.app_context():
            row = SenderRegistration(
                **{"service_owner_id": owner, "country": country, "sender": sender, "status": status, **fields}
            )
            db.session.add(row)
            db.session.commit()
            return row.id

    return store


@pytest.fixture
def asked(app: Flask, owner: int) -> Asked:
    """Asks as another room does."""

    def ask(sender: str = "Skatt", countries: tuple[str, ...] = ("ES", "TH", "NO")) -> dict[str, Registration]:
        with app.app_context():
            return registrations(owner, sender, countries)

    return ask


def test_a_sender_that_nobody_registered_has_no_registration(asked: Asked) -> None:
    assert asked() == {}
    assert asked(countries=()) == {}


def test_each_country_that_is_asked_for_has_its_own_registration(stored: Stored, asked: Asked) -> None:
    stored("ES", valid_until=date(2027, 1, 1), approved_hosts=["skatt.no"], nominated_for_links=True)
    stored("TH", status="in_review")
    stored("FI")

    found = asked()

    assert set(found) == {"ES", "TH"}
    assert found["ES"].valid_until == date(2027, 1, 1)
    assert found["ES"].approved_hosts == {"skatt.no"}
    assert found["ES"].nominated_for_links
    assert found["TH"].status is RegistrationStatus.IN_REVIEW


def test_another_service_owners_registration_is_not_ours(
    stored: Stored, asked: Asked, service_owner: Callable[..., int]
) -> None:
    stored(service_owner_id=service_owner("nav"))

    assert asked() == {}


def test_svalbard_counts_as_norway(stored: Stored, asked: Asked) -> None:
    stored("NO")

    assert set(asked(countries=("SJ",))) == {"NO"}


@pytest.mark.parametrize("order", [1, -1])
def test_an_approved_registration_goes_before_an_older_or_younger_one_at_its_end(
    stored: Stored, asked: Asked, order: int
) -> None:
    for status in ("rejected", "approved", "withdrawn")[::order]:
        stored(status=status)

    assert asked()["ES"].status is RegistrationStatus.APPROVED


def test_the_exact_spelling_goes_before_another_case(stored: Stored, asked: Asked) -> None:
    stored(sender="SKATT")
    stored(sender="Skatt")
    stored(sender="skatt")

    assert asked()["ES"].sender == "Skatt"


def test_another_case_is_found_so_that_the_country_can_refuse_it(stored: Stored, asked: Asked) -> None:
    stored(sender="SKATT")

    assert asked()["ES"].sender == "SKATT"


def test_only_a_country_that_looks_at_providers_is_told_of_them(stored: Stored, asked: Asked) -> None:
    stored("ES", providers=["LINK"])
    stored("NO", providers=["LINK"])

    found = asked()

    assert found["ES"].providers == {"LINK"}
    assert found["NO"].providers is None


def test_the_worst_of_what_operators_made_of_it_counts(app: Flask, stored: Stored, asked: Asked) -> None:
    registration_id = stored("ES")
    with app.app_context():
        for operator, status in (("Orange", "approved"), ("Movistar", "in_review")):
            db.session.add(OperatorResult(registration_id=registration_id, operator=operator, status=status))
        db.session.commit()

    assert asked()["ES"].status is RegistrationStatus.IN_REVIEW


def test_in_thailand_it_lapses_six_months_after_its_approval_or_its_last_traffic(
    app: Flask, stored: Stored, asked: Asked, owner: int
) -> None:
    stored("TH", approved_on=date(2026, 3, 31))
    assert asked()["TH"].valid_until == date(2026, 9, 30)

    # Half past seven in the evening in Norway is the next day in Bangkok.
    last_at = datetime(2026, 5, 14, 17, 30, tzinfo=UTC)
    with app.app_context():
        db.session.add(SenderTraffic(service_owner_id=owner, country="TH", sender="Skatt", last_at=last_at))
        db.session.commit()

    assert asked()["TH"].valid_until == date(2026, 11, 15)


def test_what_ends_before_it_lapses_ends_then(stored: Stored, asked: Asked) -> None:
    stored("TH", approved_on=date(2026, 3, 31), valid_until=date(2026, 5, 1))

    assert asked()["TH"].valid_until == date(2026, 5, 1)


def test_in_other_countries_disuse_changes_nothing(stored: Stored, asked: Asked) -> None:
    stored("ES", approved_on=date.today() - timedelta(days=900))

    assert asked()["ES"].valid_until is None
