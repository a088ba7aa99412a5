"""The pages of an order on two channels tell what went which way, and lead from a failure to what followed it."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from flask import Flask

from app.messaging.scheme import Scheme
from app.standin import Standin
from tests.dispatch.desk import Desk
from tests.fixtures.desk import Somebody, Visitor

REFUSED = ("+4790000101", "kari@example.no")
BOTH = ("+4741000001", "ola@example.no")


class Sent(NamedTuple):
    """An order of which one SMS failed and was followed by an e-mail."""

    order_id: int
    first_id: int
    second_id: int


@pytest.fixture
def sent(app: Flask, standin: Standin) -> Sent:
    """The order after it has been sent."""
    with app.app_context():
        return send(Desk(app))


@pytest.fixture
def administrator(somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]) -> Visitor:
    """Somebody to whom every order is open."""
    return visitor().sign_in(somebody("anne", administrator=True))


def send(desk: Desk) -> Sent:
    """Place the order and send it."""
    shipment_id = desk.place_two([REFUSED, BOTH], Scheme.SMS_PREFERRED, falls_back=True)
    desk.start()
    desk.send()
    desk.apply()
    first, second = desk.rows("select id from notification where row_no = 1 order by id")
    return Sent(desk.shipment(shipment_id).order_id, first.id, second.id)


def test_the_order_page_counts_and_lists_both_channels(sent: Sent, administrator: Visitor) -> None:
    order_id, first_id, second_id = sent

    page = administrator.get(f"/orders/{order_id}").text

    assert "SMS, otherwise e-mail to 2 recipients" in page
    assert "SMS: Accepted" in page
    assert "E-mail: Delivered" in page
    assert f'id="instead-{second_id}" href="/notifications/{first_id}"' in page


def test_both_notifications_lead_to_each_other(sent: Sent, administrator: Visitor) -> None:
    _, first_id, second_id = sent

    first = administrator.get(f"/notifications/{first_id}").text
    second = administrator.get(f"/notifications/{second_id}").text

    assert f'id="followed-by" href="/notifications/{second_id}"' in first
    assert f'id="instead-of" href="/notifications/{first_id}"' in second
    assert "About Hello" in second
    assert "About Hello" not in first


def test_recipients_are_found_by_either_address(sent: Sent, administrator: Visitor) -> None:
    order_id, first_id, second_id = sent

    for typed, found, other in (("kari@", second_id, first_id), ("9000 0101", first_id, second_id)):
        answer = administrator.post(f"/orders/{order_id}", {"recipient": typed}, page=f"/orders/{order_id}")
        page = administrator.get(answer.location).text
        assert f'id="n-{found}"' in page
        assert f'id="n-{other}"' not in page


def test_the_results_tell_channel_and_what_was_sent_instead(sent: Sent, administrator: Visitor) -> None:
    lines = administrator.get(f"/orders/{sent.order_id}/results.csv").text.splitlines()

    assert '"Channel";"Instead of a failed one"' in lines[0]
    assert [('"E-mail";"yes"' in line, '"SMS";"no"' in line) for line in lines[1:4]] == [
        (False, True),
        (True, False),
        (False, True),
    ]
