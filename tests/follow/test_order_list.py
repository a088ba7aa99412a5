"""The order list: who sees which orders, in which order, how they are filtered, searched and paged."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.db import utcnow
from app.messaging.status import Channel, Route, ShipmentStatus, Status
from tests.fixtures.desk import Visitor
from tests.follow.conftest import Desk
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]
_ROW = re.compile(r'<tr id="order-(\d+)">')


def listed(page: str) -> list[int]:
    """The ids of the orders on a page, from the top down."""
    return [int(order_id) for order_id in _ROW.findall(page)]


def test_before_the_first_order_the_list_says_what_will_stand_there(sender: Visitor) -> None:
    page = sender.get("/orders").text

    assert "No orders yet" in page
    assert 'href="/orders/new"' in page


def test_the_order_placed_last_stands_first(sender: Visitor, place: Place) -> None:
    placed = [place({Status.SMS_DELIVERED: 1}) for _ in range(3)]

    assert listed(sender.get("/orders").text) == [order.order_id for order in reversed(placed)]


def test_senders_see_the_orders_of_their_own_service_owners_only(
    sender: Visitor, other_sender: Visitor, place: Place, desk: Desk
) -> None:
    ours, theirs = place(), place(owner=desk.theirs)

    assert listed(sender.get("/orders").text) == [ours.order_id]
    assert listed(other_sender.get("/orders").text) == [theirs.order_id]


def test_administrators_and_support_see_all_orders(
    administrator: Visitor, support: Visitor, place: Place, desk: Desk
) -> None:
    ours, theirs = place(), place(owner=desk.theirs)

    for browser in (administrator, support):
        assert listed(browser.get("/orders").text) == [theirs.order_id, ours.order_id]


def test_the_text_is_covered_for_support(sender: Visitor, support: Visitor, place: Place) -> None:
    place(body="Your prescription is ready")

    assert "Your prescription is ready" in sender.get("/orders").text
    assert "Your prescription is ready" not in support.get("/orders").text


def test_the_counts_of_an_order_are_said_in_words_and_the_simulated_marked(sender: Visitor, place: Place) -> None:
    place({Status.SMS_DELIVERED: 3, Status.SMS_FAILED_TTL: 2, Status.SMS_ACCEPTED: 1})
    place({Status.SMS_DELIVERED: 4}, route=Route.SIMULATED)

    page = sender.get("/orders").text

    assert "3 delivered, 2 failed, 1 open" in page
    assert "4 delivered (simulated)" in page


def test_a_draft_is_not_in_the_list_nor_found_by_its_reference(
    sender: Visitor, place: Place, change: Callable[..., None], desk: Desk
) -> None:
    placed = place(reference="A-17")
    change(rows.draft, desk.ours, reference="A-18")

    found = sender.post("/orders", {"reference": "A-1"}, page="/orders")

    assert listed(sender.get("/orders").text) == [placed.order_id]
    assert listed(sender.get(found.location).text) == [placed.order_id]


def test_the_list_pages_by_key_and_back(sender: Visitor, place: Place) -> None:
    orders = [place().order_id for _ in range(60)]

    first = sender.get("/orders").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = sender.get(older[1]).text
    newer = re.search(r'rel="prev" href="([^"]+)"', second)
    assert newer
    again = sender.get(newer[1]).text

    assert listed(first) == list(reversed(orders))[:50]
    assert listed(second) == list(reversed(orders))[50:]
    assert listed(again) == listed(first)
    assert 'rel="next"' not in second


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=1&after=2", "after=99999999999999999999"])
def test_a_page_that_cannot_be_is_unknown(sender: Visitor, query: str) -> None:
    assert sender.get(f"/orders?{query}").status_code == 404


def test_the_list_is_filtered_by_status_of_the_shipment(sender: Visitor, place: Place) -> None:
    waiting = place(status=ShipmentStatus.REGISTERED, send_at=utcnow() + timedelta(days=1))
    place(status=ShipmentStatus.COMPLETED)

    assert listed(sender.get("/orders?status=Order_Registered").text) == [waiting.order_id]


def test_the_list_is_filtered_by_service_owner(administrator: Visitor, place: Place, desk: Desk) -> None:
    place()
    theirs = place(owner=desk.theirs)

    assert listed(administrator.get("/orders?owner=skd").text) == [theirs.order_id]


def test_a_service_owner_of_others_cannot_be_chosen(sender: Visitor) -> None:
    assert sender.get("/orders?owner=skd").status_code == 404


def test_an_unknown_status_is_an_unknown_page(sender: Visitor) -> None:
    assert sender.get("/orders?status=Order_Lost").status_code == 404


def test_no_match_says_what_to_try(sender: Visitor, place: Place) -> None:
    place(status=ShipmentStatus.COMPLETED)

    page = sender.get("/orders?status=Order_Cancelled").text

    assert "No order matches" in page
    assert "Show all orders" in page


@pytest.mark.parametrize("typed", ["A-17", "A-1", " A-17 "])
def test_an_order_is_found_by_its_reference_or_its_beginning(sender: Visitor, place: Place, typed: str) -> None:
    place(reference="B-17")
    wanted = place(reference="A-17")

    answer = sender.post("/orders", {"reference": typed}, page="/orders")

    assert answer.status_code == 303
    assert "A-1" not in answer.location
    assert listed(sender.get(answer.location).text) == [wanted.order_id]


def test_a_reference_is_not_a_pattern(sender: Visitor, place: Place) -> None:
    place(reference="A-17")

    answer = sender.post("/orders", {"reference": "A%"}, page="/orders")

    assert listed(sender.get(answer.location).text) == []


def test_a_reference_of_another_service_owner_is_not_found(sender: Visitor, place: Place, desk: Desk) -> None:
    place(reference="A-17", owner=desk.theirs)

    answer = sender.post("/orders", {"reference": "A-17"}, page="/orders")

    assert "No order matches" in sender.get(answer.location).text


def test_a_search_keeps_the_filters_and_the_filters_keep_the_search(sender: Visitor, place: Place) -> None:
    place(reference="A-17", status=ShipmentStatus.COMPLETED)
    cancelled = place(reference="A-18", status=ShipmentStatus.CANCELLED)

    answer = sender.post("/orders?status=Order_Cancelled", {"reference": "A"}, page="/orders")
    page = sender.get(answer.location).text

    assert listed(page) == [cancelled.order_id]
    assert re.search(r'<input type="hidden" name="search" value="[\w-]{22}">', page)


def test_an_empty_search_is_told_beside_its_field(sender: Visitor, place: Place) -> None:
    placed = place()

    answer = sender.post("/orders", {"reference": " "}, page="/orders")

    assert answer.status_code == 422
    assert "Write a reference, or how it begins." in answer.text
    assert listed(answer.text) == [placed.order_id]


def test_a_forgotten_search_shows_nothing_rather_than_everything(sender: Visitor, place: Place) -> None:
    place()

    page = sender.get("/orders?search=" + "x" * 22).text

    assert "This search is no longer known" in page
    assert listed(page) == []


def test_another_persons_search_is_not_known(sender: Visitor, administrator: Visitor, place: Place) -> None:
    place(reference="A-17")
    answer = sender.post("/orders", {"reference": "A-17"}, page="/orders")

    assert "This search is no longer known" in administrator.get(answer.location).text


def test_the_list_asks_again_while_something_is_open_and_falls_silent_when_nothing_is(
    sender: Visitor, place: Place, change: Callable[..., None]
) -> None:
    place({Status.SMS_DELIVERED: 1}, status=ShipmentStatus.COMPLETED)
    silent = sender.get("/orders").text
    place({Status.SMS_ACCEPTED: 1}, status=ShipmentStatus.PROCESSED)

    alive = sender.get("/orders").text

    assert "hx-trigger" not in silent
    assert re.search(r'hx-trigger="every \d+ms, wake"', alive)


def test_a_poll_is_answered_304_until_something_shown_changes(
    sender: Visitor, place: Place, change: Callable[..., None]
) -> None:
    placed = place({Status.SMS_ACCEPTED: 2}, status=ShipmentStatus.PROCESSED)
    part = sender.get("/orders", headers={"HX-Request": "true"})
    seen = {"HX-Request": "true", "X-Varsel-Poll": "1", "If-None-Match": part.headers["ETag"]}

    unchanged = sender.get("/orders", headers=seen)
    change(rows.move, placed.ids[:1], Status.SMS_DELIVERED)
    changed = sender.get("/orders", headers=seen)

    assert unchanged.status_code == 304
    assert changed.status_code == 200
    assert "1 delivered, 1 open" in changed.text
    assert "<html" not in changed.text


def test_the_list_takes_no_more_questions_for_fifty_orders_than_for_one(
    sender: Visitor, place: Place, statements: Callable[..., object]
) -> None:
    place({Status.SMS_DELIVERED: 1})
    sender.get("/orders")
    with statements() as for_one:
        sender.get("/orders")
    for _ in range(49):
        place({Status.SMS_DELIVERED: 1})

    with statements() as for_fifty:
        sender.get("/orders")

    assert len(for_fifty) == len(for_one) <= 4
    assert not [asked for asked in for_fifty if re.search(r"(?i)\boffset\b|count\(", asked)]


def test_an_e_mail_order_shows_its_subject(sender: Visitor, place: Place) -> None:
    place(channel=Channel.EMAIL, body="your tax")

    assert "About your tax" in sender.get("/orders").text
