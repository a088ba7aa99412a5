"""The check page says what each country does, with the remedy, and asks for what must be confirmed by name."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from app.accounts.models import ServiceOwner
from app.country_rules.policies import service as policies
from app.country_rules.terms import Outcome, Policy
from app.country_rules.upkeep import service as upkeep
from app.db import db, utcnow
from app.messaging.status import Channel
from app.orders import foretelling
from app.orders.models import Order
from app.orders.placed_models import PlacedOutcome
from app.prices.models import ELSEWHERE, Price
from app.sender_ids.models import SenderRegistration
from app.shipments.models import ShipmentVerdict
from app.web.formats import OSLO, oslo_day
from tests.fixtures.desk import Visitor
from tests.orders.drafting import Desk, Drafted, email, sms

Draft = Callable[..., Drafted]
NORWEGIAN, FINNISH, SPANISH, THAI = "+4740000001", "+358401234567", "+34612345678", "+66812345678"
ALL = f"{NORWEGIAN}, {FINNISH}, {SPANISH}, {THAI}"


def _page(sender: Visitor, draft: Drafted) -> str:
    return sender.get(f"/orders/{draft.id}/check").text


def _row(page: str, country: str) -> str:
    return page.partition(f'id="country-{country}"')[2].partition("</tr>")[0]


def _place(sender: Visitor, draft: Drafted, *confirmed: str) -> object:
    ticked = {f"confirm_{country}": "y" for country in confirmed}
    given = {"revision": str(draft.revision), **ticked}
    return sender.post(f"/orders/{draft.id}/place", given, page=f"/orders/{draft.id}/check")


@pytest.fixture
def deciding(app: Flask, desk: Desk) -> Callable[..., None]:
    """Decides about a country as an administrator does."""

    def decide(country: str, outcome: Outcome, policy: Policy, until_on: date | None = None) -> None:
        with app.app_context():
            day = until_on or date.today() + timedelta(days=30)
            policies.choose(country, outcome, policy, "Agreed with the operator", day, desk.person_id)
            db.session.commit()

    return decide


@pytest.fixture
def spanish_number(app: Flask, desk: Desk) -> str:
    """A number to send from to Spain."""
    with app.app_context():
        sender = policies.set_number("ES", None, "+34 612 345 678", desk.person_id, is_two_way=False)
        db.session.commit()
        return sender


def test_every_country_says_what_it_does_to_the_sender(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), ALL)

    page = _page(sender, draft)

    assert "In Norway, a name that is not registered there arrives as it is." in _row(page, "NO")
    assert "TTD" in _row(page, "NO")
    assert "May fail" in _row(page, "FI")
    assert "Will fail" in _row(page, "ES")
    assert "It is not sent." in _row(page, "ES")
    assert "no phone gets it" in _row(page, "ES")
    assert "generic ID" in _row(page, "TH")
    assert "23 Nov 2026" in _row(page, "TH")


def test_the_day_on_which_a_country_was_verified_here_is_told(
    app: Flask, desk: Desk, drafted: Draft, sender: Visitor
) -> None:
    draft = drafted(sms("Hello"), f"{SPANISH}, {THAI}")
    with app.app_context():
        upkeep.verify("ES", desk.person_id)
        db.session.commit()

    page = _page(sender, draft)

    assert f"verified {oslo_day(utcnow().astimezone(OSLO).date())}" in _row(page, "ES")
    assert "verified 23 Nov 2026" in _row(page, "TH")


def test_the_worst_stands_first_and_what_is_stopped_is_counted(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), ALL)

    page = _page(sender, draft)

    assert page.index('id="country-ES"') < page.index('id="country-FI"') < page.index('id="country-NO"')
    assert "1 of 4 SMS is not sent." in page
    assert "Send 3 SMS" in page


def test_a_country_that_warns_must_be_confirmed_by_name(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), ALL)

    answer = _place(sender, draft, "FI")

    assert answer.status_code == 422
    assert "Confirm Thailand, or mend it first." in answer.text
    assert "Confirm Finland" not in answer.text
    with app.app_context():
        assert db.session.get_one(Order, draft.id).placed_at is None


def test_who_confirmed_which_country_is_kept_on_the_order(
    app: Flask, desk: Desk, drafted: Draft, sender: Visitor
) -> None:
    draft = drafted(sms("Hello"), ALL)

    answer = _place(sender, draft, "FI", "TH")

    assert answer.status_code == 303
    with app.app_context():
        placed = {row.country: row for row in db.session.scalars(select(PlacedOutcome))}
        assert placed["FI"].confirmed_by_id == desk.person_id
        assert placed["FI"].confirmed_at is not None
        assert placed["NO"].confirmed_by_id is None
        assert placed["ES"].stopped == 1
        said = db.session.get_one(ShipmentVerdict, placed["ES"].verdict_id).facts
        assert said["reason"] == "country_rule:ES-alpha-unregistered-3"
        assert said["policy"] == "block"


def test_countries_that_let_it_through_ask_for_nothing(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), f"{NORWEGIAN}, +4790000001")

    assert "Countries to confirm by name" not in _page(sender, draft)
    assert _place(sender, draft).status_code == 303


def test_rows_to_leave_out_and_countries_to_confirm_are_asked_for_at_once(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), f"{ALL}, 12345")

    refused = _place(sender, draft)

    assert isinstance(refused, TestResponse)
    assert refused.status_code == 422
    assert "Say that these rows are to be left out" in refused.text
    assert "Confirm Finland, or mend it first." in refused.text
    assert "Confirm Thailand, or mend it first." in refused.text


def test_the_cost_says_that_what_is_not_sent_costs_nothing(app: Flask, drafted: Draft, sender: Visitor) -> None:
    with app.app_context():
        db.session.add(Price(channel=Channel.SMS, country=ELSEWHERE, amount=Decimal("1.25")))
        db.session.commit()
    to_some, to_all = drafted(sms("Hello"), ALL), drafted(sms("Hello"), NORWEGIAN)

    assert "at most: an SMS that is not sent costs nothing" in _page(sender, to_some)
    assert "at most:" not in _page(sender, to_all)


def test_pressing_enter_at_the_address_of_a_refused_order_leads_to_its_check(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), NORWEGIAN)

    assert sender.get(f"/orders/{draft.id}/place").location == f"/orders/{draft.id}/check"


def test_where_every_country_stops_it_nothing_can_be_sent(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), SPANISH)

    page = _page(sender, draft)

    assert "No SMS would be sent" in page
    assert "1 of 1 SMS is not sent." in page
    assert f"/orders/{draft.id}/place" not in page


def test_a_link_is_looked_for_in_each_filled_text(drafted: Draft, sender: Visitor) -> None:
    rows = f"phone,where\n{THAI},altinn.no\n+66812345679,Bergen\n"
    draft = drafted(sms("Se ((where))"), "", rows)

    page = _page(sender, draft)

    assert page.count("a link whose address is not registered with the sender") == 2  # in the table and to confirm
    assert page.count("In Thailand, a name that is not registered may be stopped") >= 1


def test_the_remedies_lead_to_where_it_is_mended(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Se altinn.no"), f"{NORWEGIAN}, {THAI}")

    row = _row(_page(sender, draft), "TH")

    assert f"/orders/{draft.id}/edit#sms_text" in row
    assert f"/orders/{draft.id}/edit#sms_sender" in row
    assert "/sender-ids/ask?country=TH&amp;sender=TTD&amp;service_owner=ttd" in row
    assert f"/orders/{draft.id}/ask-for-hosts/TH" in row
    assert "/countries/TH" in _page(sender, draft)


def test_hosts_are_asked_for_without_being_named_in_an_address(
    app: Flask, desk: Desk, drafted: Draft, sender: Visitor
) -> None:
    draft = drafted(sms("Se altinn.no og www.skatt.no og bit.ly/x"), THAI)
    registered = {"service_owner_id": desk.service_owner_id, "country": "TH", "sender": "TTD", "status": "approved"}
    deed, check_page = f"/orders/{draft.id}/ask-for-hosts/TH", f"/orders/{draft.id}/check"

    asked = sender.post(deed, page=check_page)
    begun = sender.post("/sender-ids/ask", _given(sender, asked.location, desk), page="/sender-ids/ask")
    with app.app_context():
        draft_of_ours = db.session.scalars(select(SenderRegistration)).one()
        assert draft_of_ours.wanted_hosts == ["altinn.no", "www.skatt.no"]
        db.session.delete(draft_of_ours)
        db.session.execute(insert(SenderRegistration).values(**registered))
        db.session.commit()
    led_to = sender.get(sender.post(deed, page=check_page).location)

    assert begun.status_code == 303
    assert "altinn" not in asked.location
    assert "altinn" not in led_to.location
    assert "altinn.no\nbit.ly\nwww.skatt.no" in sender.get(led_to.location).text


def _given(sender: Visitor, location: str, desk: Desk) -> dict[str, object]:
    token = parse_qs(urlsplit(location).query)["given"][0]
    assert token in sender.get(location).text
    return {"service_owner": desk.service_owner_id, "country": "TH", "sender": "TTD", "given": token}


def test_a_registered_sender_with_an_approved_host_is_delivered(
    app: Flask, desk: Desk, drafted: Draft, sender: Visitor
) -> None:
    draft = drafted(sms("Se altinn.no"), THAI)
    registered = {"service_owner_id": desk.service_owner_id, "country": "TH", "sender": "TTD", "status": "approved"}
    with app.app_context():
        db.session.execute(insert(SenderRegistration).values(**registered, approved_hosts=["altinn.no"]))
        db.session.commit()

    page = _page(sender, draft)

    assert "Delivered as it is" in _row(page, "TH")
    assert "Countries to confirm by name" not in page


def test_a_substituted_sender_is_the_one_that_phones_show(
    drafted: Draft, sender: Visitor, deciding: Callable[..., None], spanish_number: str
) -> None:
    deciding("ES", Outcome.WILL_FAIL, Policy.SUBSTITUTE)
    draft = drafted(sms("Hello"), SPANISH)

    row = _row(_page(sender, draft), "ES")

    assert f"It is sent from {spanish_number} instead." in row
    assert f'class="text">{spanish_number}</td>' in row
    assert "Agreed with the operator" in row
    assert _place(sender, draft).status_code == 303


def test_what_was_decided_ends_by_itself_on_its_day(
    drafted: Draft, sender: Visitor, deciding: Callable[..., None]
) -> None:
    deciding("ES", Outcome.WILL_FAIL, Policy.ALLOW, date.today() - timedelta(days=2))
    draft = drafted(sms("Hello"), SPANISH)

    assert "It is not sent." in _row(_page(sender, draft), "ES")


def test_a_policy_may_let_through_what_is_usually_stopped(
    drafted: Draft, sender: Visitor, deciding: Callable[..., None]
) -> None:
    deciding("ES", Outcome.WILL_FAIL, Policy.WARN)
    draft = drafted(sms("Hello"), SPANISH)

    assert "Spain: send 1 SMS all the same" in _page(sender, draft)
    assert _place(sender, draft).status_code == 422
    assert _place(sender, draft, "ES").status_code == 303


def test_a_policy_may_send_an_email_instead(drafted: Draft, sender: Visitor, deciding: Callable[..., None]) -> None:
    deciding("ES", Outcome.WILL_FAIL, Policy.REROUTE)
    draft = drafted(sms("Hello"), f"{NORWEGIAN}, {SPANISH}")

    page = _page(sender, draft)

    assert "No SMS is sent; an e-mail is, where the order goes by both channels" in _row(page, "ES")
    assert f'/orders/{draft.id}/edit#channel">Move these recipients to e-mail.' in _row(page, "ES")
    assert "1 of 2 SMS is not sent." in page


def test_an_order_by_email_says_nothing_of_countries(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(email(), "kari@example.no")

    assert "What each country does" not in _page(sender, draft)


def test_nobody_sends_under_the_name_of_another_body(app: Flask, desk: Desk, drafted: Draft, sender: Visitor) -> None:
    with app.app_context():
        assert db.session.get_one(ServiceOwner, desk.service_owner_id).short_name == "ttd"
    draft = drafted(sms("Hello", sms_sender="DMP"), NORWEGIAN)

    assert "may send under this name." in _page(sender, draft)
    typed = {"service_owner_id": str(desk.service_owner_id), "channel": "sms", "sms_sender": "Skatteetate"}
    answer = sender.post("/orders/measure", {**typed, "sms_text": "Hello"}, page="/orders/new")
    assert "may send under this name." in answer.text


def test_while_typing_the_countries_of_the_recipients_so_far_are_told(
    desk: Desk, drafted: Draft, sender: Visitor
) -> None:
    draft = drafted(sms("Hello"), ALL)
    typed = {
        "order_id": str(draft.id), "service_owner_id": str(desk.service_owner_id), "channel": "sms",
        "sms_sender": "TTD", "sms_text": "Hello",
    }  # fmt: skip

    said = sender.post("/orders/measure", typed, page="/orders/new").text
    by_number = sender.post("/orders/measure", {**typed, "sms_sender": "34612345678"}, page="/orders/new").text

    assert "<strong>Spain</strong> (1)" in said
    assert "<strong>Norway</strong>" not in said
    assert "<strong>Spain</strong>" not in by_number


@pytest.mark.parametrize(
    ("weekdays", "said"), [({}, "Tuntematon"), ({"weekdays_only": "y"}, "Since 2 November 2026 Finland is stricter")]
)
def test_while_typing_the_day_is_that_on_which_the_order_leaves(
    app: Flask,
    desk: Desk,
    drafted: Draft,
    sender: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    weekdays: dict[str, str],
    said: str,
) -> None:
    friday_evening = datetime(2026, 10, 30, 20, tzinfo=UTC)
    monkeypatch.setattr(foretelling, "utcnow", lambda: friday_evening)
    draft = drafted(sms("Hello"), FINNISH)
    typed = {
        "order_id": str(draft.id), "service_owner_id": str(desk.service_owner_id), "channel": "sms",
        "sms_sender": "TTD", "sms_text": "Hello", "window": "daytime", **weekdays,
    }  # fmt: skip

    told = sender.post("/orders/measure", typed, page="/orders/new").text

    assert said in told
