"""The recipients of a country are moved to e-mail by one button of the check page, where an address is known."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.messaging.scheme import Scheme
from app.orders import contents
from app.orders.editing import copying
from app.orders.models import Order
from app.orders.service import Content
from app.shipments.models import Shipment
from tests.fixtures.desk import Visitor
from tests.orders.drafting import Desk, Drafted, sms
from tests.orders.test_two_channels_before_sending import both

Draft = Callable[..., Drafted]
FILE = """name;phone;e-mail
Kari;40000001;kari@example.no
Ana;+34612345678;ana@example.es
Eva;+34612345679;
Per;;per@example.no
"""


def spanish(scheme: Scheme = Scheme.SMS_PREFERRED, **changes: object) -> Content:
    """An order that Spain would stop."""
    return both(scheme, **changes)


def page_of(sender: Visitor, draft: Drafted) -> str:
    return sender.get(f"/orders/{draft.id}/check").text


def move(sender: Visitor, draft: Drafted, country: str = "ES", deed: str = "move-to-email") -> str:
    page = f"/orders/{draft.id}/check"
    answer = sender.post(f"/orders/{draft.id}/{deed}/{country}", page=page)
    assert answer.location == page
    return page_of(sender, draft)


def sms_by_country(app: Flask, draft: Drafted) -> dict[str, int]:
    with app.app_context():
        return {line.country: line.recipients for line in contents.contents_of(draft.id)}


def test_the_page_says_how_many_can_be_moved_and_does_it_by_one_button(
    app: Flask, drafted: Draft, sender: Visitor
) -> None:
    draft = drafted(spanish(), "", FILE)
    assert "Move 1 recipient to e-mail" in page_of(sender, draft)
    assert sms_by_country(app, draft) == {"NO": 1, "ES": 2}

    page = move(sender, draft)

    assert sms_by_country(app, draft) == {"NO": 1, "ES": 1}
    assert "Moved to e-mail: Spain." in page
    assert "1 recipient by e-mail, moved there from SMS." in page
    assert "None of them has an e-mail address to move to." in page
    assert "Send 2 e-mails and 1 SMS" in page


@pytest.mark.parametrize("sms_text", ["Hello", "Hello ((name))"])
@pytest.mark.parametrize("scheme", [Scheme.SMS_PREFERRED, Scheme.EMAIL_AND_SMS])
def test_texts_alike_and_filled_ones_are_counted_alike(
    app: Flask, drafted: Draft, sender: Visitor, scheme: Scheme, sms_text: str
) -> None:
    draft = drafted(spanish(scheme, sms_text=sms_text), "", FILE)

    move(sender, draft)

    assert sms_by_country(app, draft) == {"NO": 1, "ES": 1}


def test_they_are_moved_back_by_one_button_too(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(spanish(), "", FILE)
    move(sender, draft)

    page = move(sender, draft, deed="move-back")

    assert "Moved to e-mail: Spain." not in page
    assert sms_by_country(app, draft) == {"NO": 1, "ES": 2}


def test_moving_twice_is_moving_once(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(spanish(), "", FILE)
    move(sender, draft)
    with app.app_context():
        revision = db.session.get_one(Order, draft.id).revision

    move(sender, draft)

    with app.app_context():
        moved = db.session.get_one(Order, draft.id)
        assert (moved.moved_to_email, moved.revision) == (["ES"], revision)


def test_what_was_moved_stays_so_on_the_shipment_and_its_page(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(spanish(), "", FILE)
    move(sender, draft)
    with app.app_context():
        revision = db.session.get_one(Order, draft.id).revision

    placed = sender.post(f"/orders/{draft.id}/place", {"revision": str(revision)}, page=f"/orders/{draft.id}/check")

    assert placed.status_code == 303
    with app.app_context():
        [shipment] = db.session.scalars(select(Shipment))
        assert shipment.moved_to_email == ["ES"]
    told = sender.get(placed.location).text.partition("Moved to e-mail")[2]
    assert "Spain" in told[:200]


def test_a_message_on_the_check_page_says_that_the_sms_is_not_sent(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(spanish(), "", FILE)
    before = sender.get(f"/orders/{draft.id}/check?part=1&row=3").text
    move(sender, draft)

    after = sender.get(f"/orders/{draft.id}/check?part=1&row=3").text

    def of(page: str, channel: str) -> str:
        return page.partition(f'id="message-{channel}"')[2].partition("</div>")[0]

    assert "not sent to this row" in of(before, "email")
    assert "not sent to this row" in of(after, "sms")
    assert "not sent to this row" not in of(after, "email")


def test_an_order_by_sms_alone_is_led_to_where_its_channels_are_chosen(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), "+34612345678")

    assert f'href="/orders/{draft.id}/edit#channel">Move these recipients to e-mail.' in page_of(sender, draft)


def test_a_copy_moves_them_too(app: Flask, desk: Desk, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(spanish(), "", FILE)
    move(sender, draft)

    with app.app_context():
        order = db.session.get_one(Order, draft.id)
        assert copying.copy(order, desk.person_id, with_recipients=True).moved_to_email == ["ES"]


@pytest.mark.parametrize("country", ["XX", "es", "SJ"])
def test_what_is_no_country_cannot_be_moved(drafted: Draft, sender: Visitor, country: str) -> None:
    draft = drafted(spanish(), "", FILE)

    answer = sender.post(f"/orders/{draft.id}/move-to-email/{country}", page=f"/orders/{draft.id}/check")

    assert answer.status_code == 404


def test_nobody_moves_the_recipients_of_another_service_owners_draft(drafted: Draft, colleague: Visitor) -> None:
    draft = drafted(spanish(), "", FILE)

    assert colleague.post(f"/orders/{draft.id}/move-to-email/ES", page="/orders/drafts").status_code == 404
