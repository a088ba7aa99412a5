"""The price list: what it gives, who changes it, and what happens when two change it at once."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db import db
from app.messaging.status import Channel
from app.prices import service
from app.prices.models import ELSEWHERE
from app.prices.queries import price_list
from tests.fixtures.desk import Somebody, Visitor

NewVisitor = Callable[..., Visitor]
NewPerson = Callable[..., Somebody]


@pytest.fixture
def desk(visitor: NewVisitor, somebody: NewPerson) -> Visitor:
    """The administrator's browser."""
    return visitor().sign_in(somebody("astrid", administrator=True))


@pytest.fixture
def norway(app: Flask) -> str:
    """The page of the price of an SMS to Norway, 0.29."""
    with app.app_context():
        service.add_price(Channel.SMS, "NO", Decimal("0.29"))
        service.add_price(Channel.SMS, ELSEWHERE, Decimal("1.25"))
        db.session.commit()
    return "/prices/sms/NO"


def _sms_price(app: Flask, country: str = "NO") -> Decimal | None:
    with app.app_context():
        return price_list(Channel.SMS).of(country)


def _seen_at(page: str) -> str:
    return page.partition('name="seen_at"')[2].partition('value="')[2].partition('"')[0]


def test_a_country_without_a_price_costs_what_elsewhere_costs(app: Flask, norway: str) -> None:
    assert _sms_price(app, "NO") == Decimal("0.29")
    assert _sms_price(app, "TH") == Decimal("1.25")


def test_without_any_price_nothing_is_known(app: Flask) -> None:
    assert _sms_price(app, "NO") is None


def test_a_channel_does_not_take_the_prices_of_the_other(app: Flask, norway: str) -> None:
    with app.app_context():
        assert price_list(Channel.EMAIL).of("NO") is None


@pytest.mark.parametrize(
    ("typed", "amount"), [("0,31", "0.31"), ("0.0125", "0.0125"), (" 1 000 ", "1000"), ("0", "0"), (".5", "0.5")]
)
def test_a_price_is_changed_as_typed_with_comma_or_dot(
    app: Flask, desk: Visitor, norway: str, typed: str, amount: str
) -> None:
    answer = desk.post(norway, {"amount": typed, "seen_at": _seen_at(desk.get(norway).text)}, page=norway)

    assert answer.location == "/prices"
    assert _sms_price(app) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a price."),
        ("dear", "Enter a price in kroner, as in 0.29 or 0,29."),
        ("1,000.5", "Enter a price in kroner, as in 0.29 or 0,29."),
        ("-1", "Enter a price from 0 to 1,000 kroner."),
        ("1000.01", "Enter a price from 0 to 1,000 kroner."),
        ("NaN", "Enter a price from 0 to 1,000 kroner."),
        ("1e400", "Enter a price from 0 to 1,000 kroner."),
        ("0.12345", "Use at most four decimals."),
    ],
)
def test_what_is_no_price_is_refused_and_kept_in_the_form(
    app: Flask, desk: Visitor, norway: str, typed: str, words: str
) -> None:
    answer = desk.post(norway, {"amount": typed, "seen_at": _seen_at(desk.get(norway).text)}, page=norway)

    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{typed}"' in answer.text
    assert _sms_price(app) == Decimal("0.29")


def test_a_change_is_written_down_with_the_old_and_the_new_price(app: Flask, desk: Visitor, norway: str) -> None:
    desk.post(norway, {"amount": "0,31", "seen_at": _seen_at(desk.get(norway).text)}, page=norway)

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "price.changed")).one()
        assert entry.object_id == "SMS-NO"
        assert entry.detail == {"old": "0.2900", "new": "0.3100"}
    assert "Changed the price: from NOK 0.2900 to NOK 0.3100" in desk.get("/audit").text


def test_two_who_change_a_price_at_once_do_not_overwrite_each_other_unawares(
    app: Flask, desk: Visitor, norway: str
) -> None:
    seen = _seen_at(desk.get(norway).text)
    desk.post(norway, {"amount": "0.31", "seen_at": seen}, page=norway)

    second = desk.post(norway, {"amount": "0.27", "seen_at": seen}, page=norway)

    assert second.status_code == 422
    assert "Somebody changed it to NOK 0.31 meanwhile" in second.text
    assert 'value="0.27"' in second.text
    assert _sms_price(app) == Decimal("0.31")
    desk.post(norway, {"amount": "0.27", "seen_at": _seen_at(second.text)}, page=norway)
    assert _sms_price(app) == Decimal("0.27")


@pytest.mark.parametrize("token", ["", "yesterday", "2026-01-01"])
def test_a_form_that_saw_no_price_changes_none(app: Flask, desk: Visitor, norway: str, token: str) -> None:
    assert desk.post(norway, {"amount": "0.27", "seen_at": token}, page=norway).status_code == 422
    assert _sms_price(app) == Decimal("0.29")


def test_a_price_is_added_for_a_country_that_is_chosen_by_name(app: Flask, desk: Visitor, norway: str) -> None:
    form = desk.get("/prices/new").text
    answer = desk.post("/prices/new", {"channel": "sms", "country": "TH", "amount": "0,17"}, page="/prices/new")

    assert '<option value="TH">Thailand</option>' in form
    assert 'value="SJ"' not in form
    assert answer.location == "/prices"
    assert _sms_price(app, "TH") == Decimal("0.17")
    assert "Thailand" in desk.get("/prices").text


@pytest.mark.parametrize(
    ("country", "words"),
    [("NO", "This country has a price already."), ("", "Choose a country."), ("XX", "Not a valid")],
)
def test_a_price_is_not_added_twice_or_for_no_country(desk: Visitor, norway: str, country: str, words: str) -> None:
    fields = {"channel": "sms", "country": country, "amount": "0,17"}

    answer = desk.post("/prices/new", fields, page="/prices/new")

    assert answer.status_code == 422
    assert words in answer.text


def test_a_price_that_is_removed_gives_way_to_elsewhere(app: Flask, desk: Visitor, norway: str) -> None:
    desk.post(f"{norway}/remove", {"seen_at": _seen_at(desk.get(norway).text)}, page=norway)

    assert _sms_price(app) == Decimal("1.25")


def test_the_price_for_elsewhere_stays(app: Flask, desk: Visitor, norway: str) -> None:
    page = f"/prices/sms/{ELSEWHERE}"

    desk.post(f"{page}/remove", {"seen_at": _seen_at(desk.get(page).text)}, page=page)

    assert _sms_price(app, "TH") == Decimal("1.25")


def test_a_removal_that_saw_another_price_removes_nothing(app: Flask, desk: Visitor, norway: str) -> None:
    seen = _seen_at(desk.get(norway).text)
    desk.post(norway, {"amount": "0.31", "seen_at": seen}, page=norway)

    desk.post(f"{norway}/remove", {"seen_at": seen}, page=norway)

    assert _sms_price(app) == Decimal("0.31")


@pytest.mark.parametrize("path", ["sms/XX", "fax/NO", "sms/SE", "email/NO"])
def test_an_unknown_price_is_no_page(desk: Visitor, norway: str, path: str) -> None:
    assert desk.get(f"/prices/{path}").status_code == 404


def test_senders_read_the_prices_and_change_none(
    visitor: NewVisitor, somebody: NewPerson, service_owner: Callable[..., int], norway: str
) -> None:
    browser = visitor().sign_in(somebody("kari", sends_for=[service_owner()]))

    page = browser.get("/prices")

    assert "0.29" in page.text
    assert "Norway" in page.text
    assert norway not in page.text
    assert browser.get(norway).status_code == 403


def test_an_empty_list_says_what_follows_from_it(desk: Visitor) -> None:
    assert "the check page cannot say what an order costs" in desk.get("/prices").text
