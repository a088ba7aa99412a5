"""A sender tries a draft on themselves: one message, by the way that all take, counted, audited and never too many."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts import service as accounts_service
from app.audit.models import AuditEntry
from app.db import db
from app.messaging.scheme import Scheme
from app.messaging.status import Channel, ShipmentStatus
from app.orders import trying
from app.orders.models import Order, Recipient
from app.prices import service as prices
from app.shipments.models import Shipment
from tests.fixtures.desk import Visitor
from tests.orders.drafting import Desk, Drafted, sms

MOBILE = "+4791234567"
FILE = "mobil;navn\n+4741000001;Kari\n+4741000002;((navn)) 100 %\n"
BUTTON = re.compile(r"Test on yourself: [^<]*")


@pytest.fixture
def mobile(app: Flask, desk: Desk) -> None:
    """The sender has given a number."""
    with app.app_context():
        person = accounts.person(desk.person_id)
        assert person is not None
        accounts_service.change_mobile(person, MOBILE)
        db.session.commit()


@pytest.fixture
def draft(drafted: Callable[..., Drafted]) -> Drafted:
    """A draft on both channels, with values, checked."""
    both = {"channel": Scheme.EMAIL_AND_SMS, "email_from": "a@b.no", "email_subject": "S ((navn))", "email_text": "T"}
    return drafted(sms("Hei ((navn))", falls_back=False, **both), "", FILE)


def tried(sender: Visitor, draft: Drafted, channel: str = "sms", row: str = "2") -> str:
    """Sends a test, and tells where that leads."""
    page = f"/orders/{draft.id}/check"
    answer = sender.post(f"/orders/{draft.id}/test", {"channel": channel, "part": "1", "row": row}, page=page)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_the_check_page_says_what_where_and_for_how_much(
    app: Flask, mobile: None, sender: Visitor, draft: Drafted
) -> None:
    page = sender.get(f"/orders/{draft.id}/check").text

    found = BUTTON.findall(page)
    assert any("1 SMS to +47 9•• •• •67" in text for text in found)
    assert any("1 e-mail to siri@ttd.example" in text for text in found)
    assert "Your number is not on the allow-list: the simulator gets it." in page


def test_without_a_number_the_page_leads_to_where_it_is_given(sender: Visitor, draft: Drafted) -> None:
    page = sender.get(f"/orders/{draft.id}/check").text

    assert 'href="/me/mobile">give your mobile number' in page
    assert tried(sender, draft) == f"/orders/{draft.id}/check"
    assert "Give your mobile number first" in sender.get(f"/orders/{draft.id}/check").text


@pytest.mark.parametrize(("channel", "address"), [("sms", MOBILE), ("email", "siri@ttd.example")])
def test_a_test_is_an_order_of_one_message_with_the_rows_own_values(
    app: Flask, desk: Desk, mobile: None, sender: Visitor, draft: Drafted, channel: str, address: str
) -> None:
    url = tried(sender, draft, channel, row="3")

    assert "a test, to its sender alone" in sender.get(url).text
    with app.app_context():
        test = db.session.scalars(select(Order).where(Order.is_test)).one()
        recipient = db.session.scalars(select(Recipient).where(Recipient.order_id == test.id)).one()
        shipment = db.session.scalars(select(Shipment).where(Shipment.order_id == test.id)).one()
        assert (recipient.address, recipient.values[-1]) == (address, "((navn)) 100 %")
        assert (shipment.status, shipment.recipients) == (ShipmentStatus.REGISTERED, 1)
        assert shipment.channel == (Channel.SMS if channel == "sms" else Channel.EMAIL)
        assert not shipment.daytime_only
        before = db.session.get_one(Order, draft.id)
        assert (before.placed_at, before.revision) == (None, draft.revision)
        noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "order.tested")).one()
        assert noted.detail == {"test": test.id, "channel": "SMS" if channel == "sms" else "EMAIL"}


def test_so_many_tests_within_an_hour_are_enough(
    monkeypatch: pytest.MonkeyPatch, app: Flask, mobile: None, sender: Visitor, draft: Drafted
) -> None:
    monkeypatch.setattr(trying, "MOST", 2)
    first = [tried(sender, draft) for _ in range(2)]

    third = tried(sender, draft)

    assert len(set(first)) == 2
    assert third == f"/orders/{draft.id}/check"
    assert "You have sent 2 tests within an hour." in sender.get(third).text


def test_what_must_be_mended_keeps_a_test_back(
    app: Flask, desk: Desk, mobile: None, sender: Visitor, drafted: Callable[..., Drafted]
) -> None:
    draft = drafted(sms("Hei", sms_sender="NAV"), "+4741000001")
    page = f"/orders/{draft.id}/check"

    answer = sender.post(f"/orders/{draft.id}/test", {"channel": "sms", "part": "0", "row": "1"}, page=page)

    assert answer.location == page
    assert "The test was not sent." in sender.get(page).text
    with app.app_context():
        assert db.session.scalars(select(Order).where(Order.is_test)).all() == []


@pytest.mark.parametrize(
    "asked",
    [{"channel": "fax", "part": "1", "row": "2"}, {"channel": "sms", "part": "1", "row": "99"},
     {"channel": "sms", "part": "x", "row": "2"}, {}],
)  # fmt: skip
def test_what_the_page_did_not_offer_is_not_found(
    mobile: None, sender: Visitor, draft: Drafted, asked: dict[str, str]
) -> None:
    page = f"/orders/{draft.id}/check"

    assert sender.post(f"/orders/{draft.id}/test", asked, page=page).status_code == 404


def test_anothers_draft_cannot_be_tested(colleague: Visitor, draft: Drafted) -> None:
    asked = {"channel": "sms", "part": "1", "row": "2"}

    assert colleague.post(f"/orders/{draft.id}/test", asked, page="/orders/new").status_code == 404


def test_the_price_stands_on_the_button(app: Flask, mobile: None, sender: Visitor, draft: Drafted) -> None:
    with app.app_context():
        prices.add_price(Channel.SMS, "NO", trying.Decimal("0.42"))
        db.session.commit()

    page = sender.get(f"/orders/{draft.id}/check").text.replace("\u00a0", " ")
    assert "1 SMS to +47 9•• •• •67, NOK 0.42" in page


def test_ones_number_is_kept_in_its_full_form_or_refused_in_words(app: Flask, desk: Desk, sender: Visitor) -> None:
    refused = sender.post("/me/mobile", {"mobile": "12"}, page="/me/mobile")
    kept = sender.post("/me/mobile", {"mobile": "912 34 567"}, page="/me/mobile")

    assert refused.status_code == 422
    assert kept.status_code == 303
    assert MOBILE in sender.get("/me").text
    sender.post("/me/mobile", {"mobile": ""}, page="/me/mobile")
    assert MOBILE not in sender.get("/me").text
