"""An order's page: its head, its tiles, its table, for whom it is open and what is covered."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.db import utcnow
from app.messaging.schedule import OSLO, next_opening
from app.messaging.status import Channel, Route, ShipmentStatus, Status
from tests.fixtures.desk import Visitor
from tests.follow.conftest import Desk
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]
Change = Callable[..., None]
_ROW = re.compile(r'<tr id="n-(\d+)">')
_TILE = re.compile(r'id="tile-([\w-]+)".*?tile-count">([\d,]+)<.*?tile-noun">([^<]+)<', re.DOTALL)


def shown(page: str) -> list[int]:
    """The ids of the notifications on a page, from the top down."""
    return [int(notification_id) for notification_id in _ROW.findall(page)]


def tiles(page: str) -> dict[str, int]:
    """The counts of the tiles by their words."""
    return {noun: int(count.replace(",", "")) for _, count, noun in _TILE.findall(page)}


def page_of(browser: Visitor, placed: Placed, query: str = "") -> str:
    """The page of an order as a browser gets it."""
    answer = browser.get(f"/orders/{placed.order_id}{query}")
    assert answer.status_code == 200
    return answer.text


def test_the_head_says_what_was_ordered_by_whom(sender: Visitor, place: Place, desk: Desk) -> None:
    placed = place(
        {Status.SMS_DELIVERED: 2}, reference="A-17", body="Dear ((first name)), hello", placed_by_id=desk.siri.id
    )

    page = page_of(sender, placed)

    assert "SMS to 2 recipients for TTD." in page
    assert "A-17" in page
    assert "by Siri" in page
    assert "Dear <mark>((first name))</mark>, hello" in page


@pytest.mark.parametrize("order_id", ["9999", "9223372036854775807", "9223372036854775808", "0"])
def test_an_unknown_order_is_an_unknown_page(sender: Visitor, order_id: str) -> None:
    assert sender.get(f"/orders/{order_id}").status_code == 404


def test_an_order_of_another_service_owner_is_an_unknown_page(other_sender: Visitor, place: Place) -> None:
    assert other_sender.get(f"/orders/{place().order_id}").status_code == 404


def test_a_draft_leads_its_senders_to_where_it_is_composed(
    sender: Visitor, place: Place, change: Change, desk: Desk
) -> None:
    before = place()
    change(rows.draft, desk.ours)

    assert sender.get(f"/orders/{before.order_id + 1}").location == f"/orders/{before.order_id + 1}/edit"


def test_the_tiles_count_each_status_and_the_simulated_apart(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_ACCEPTED: 4, Status.SMS_FAILED_TTL: 2, Status.SMS_DELIVERED: 5})
    change(rows.move, placed.ids[-3:], Status.SMS_DELIVERED, route=Route.SIMULATED)

    found = tiles(page_of(sender, placed))

    assert found == {
        "All": 11,
        "Accepted": 4,
        "Delivered": 2,
        "Delivered (simulated)": 3,
        "Time to live passed": 2,
    }


def test_several_open_or_failed_statuses_have_a_tile_together(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_NEW: 1, Status.SMS_SENDING: 2, Status.SMS_FAILED: 3, Status.SMS_FAILED_EXPIRED: 4})

    found = tiles(page_of(sender, placed))

    assert found["All open"] == 3
    assert found["All failed"] == 7


def test_a_tile_shows_what_it_counts_and_is_marked(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_DELIVERED: 3, Status.SMS_FAILED_REJECTED: 2, Status.SMS_FAILED: 1})
    change(rows.move, placed.ids[:1], Status.SMS_DELIVERED, route=Route.SIMULATED)
    page = page_of(sender, placed)
    links = {noun: href for href, noun in re.findall(r'class="tile" href="([^"]+)".*?noun">([^<]+)<', page, re.DOTALL)}

    found = {noun: sender.get(href.replace("&amp;", "&")).text for noun, href in links.items()}

    assert {noun: len(shown(text)) for noun, text in found.items()} == {
        "All": 6,
        "All failed": 3,
        "Delivered": 2,
        "Delivered (simulated)": 1,
        "Rejected": 2,
        "Failed": 1,
    }
    for noun, text in found.items():
        assert re.findall(r'class="tile" href="[^"]+" aria-current="true".*?noun">([^<]+)<', text, re.DOTALL) == [noun]


def test_the_uncertain_have_a_tile_and_an_advice(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_SENDING: 3}, status=ShipmentStatus.PROCESSED)
    change(rows.move, placed.ids[1:2], Status.SMS_SENDING, uncertain=True, reason="handover_uncertain")

    page = page_of(sender, placed)

    assert tiles(page)["Uncertain"] == 1
    assert "may or may not have it" in page
    assert shown(page_of(sender, placed, "?status=uncertain")) == [placed.ids[1]]


@pytest.mark.parametrize("query", ["?status=Lost", "?status=SMS_Delivered&route=detour", "?after=x"])
def test_a_filter_that_cannot_be_is_an_unknown_page(sender: Visitor, place: Place, query: str) -> None:
    placed = place({Status.SMS_DELIVERED: 1})

    assert sender.get(f"/orders/{placed.order_id}{query}").status_code == 404


def test_a_status_that_all_have_left_says_so(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 1})

    assert "No notification has this status now" in page_of(sender, placed, "?status=SMS_New")


def test_what_was_simulated_is_marked_in_every_row(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 3}, route=Route.SIMULATED)

    assert page_of(sender, placed).count('title="SMS_Delivered">Delivered (simulated)</span>') == 3


def test_the_table_pages_by_key_in_the_order_of_the_recipients(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 30, Status.SMS_FAILED: 90})

    first = page_of(sender, placed, "?status=SMS_Failed")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = sender.get(following[1].replace("&amp;", "&")).text

    assert shown(first) == list(placed.ids[30:80])
    assert shown(second) == list(placed.ids[80:120])
    assert 'rel="next"' not in second


def test_addresses_and_text_are_covered_for_support_and_open_to_administrators(
    sender: Visitor, support: Visitor, administrator: Visitor, place: Place
) -> None:
    placed = place({Status.SMS_DELIVERED: 1}, body="Your prescription is ready")
    address = rows.address_of(placed, placed.first_id)

    for browser in (sender, administrator):
        page = page_of(browser, placed)
        assert address in page
        assert "Your prescription is ready" in page
    covered = page_of(support, placed)
    assert address not in covered
    assert "Your prescription is ready" not in covered
    assert "+47" in covered


def test_sms_that_wait_for_the_send_window_say_when_they_leave(sender: Visitor, place: Place) -> None:
    evening = (datetime.now(UTC) + timedelta(days=2)).replace(hour=21)
    placed = place({Status.SMS_NEW: 1}, status=ShipmentStatus.PROCESSED, send_at=evening, daytime_only=True)
    at_any_time = place({Status.SMS_NEW: 1}, status=ShipmentStatus.PROCESSED, send_at=evening)

    order, notification = page_of(sender, placed), sender.get(f"/notifications/{placed.first_id}").text

    opening = next_opening(evening).astimezone(OSLO)
    for page in (order, notification):
        assert "The send window is closed: SMS leave from" in page
        assert f"{opening:%-d %b %Y} 09:00</time>." in page
    assert "The send window is closed" not in page_of(sender, at_any_time)


def test_an_email_order_has_no_column_of_countries(sender: Visitor, place: Place) -> None:
    by_email = place({Status.EMAIL_DELIVERED: 1}, channel=Channel.EMAIL)
    by_sms = place({Status.SMS_DELIVERED: 1})

    assert ">Country</th>" not in page_of(sender, by_email)
    assert ">Country</th>" in page_of(sender, by_sms)


def test_before_anything_is_made_the_page_says_when_it_starts(sender: Visitor, place: Place) -> None:
    placed = place(status=ShipmentStatus.REGISTERED, send_at=utcnow() + timedelta(days=1), recipients=7)

    page = page_of(sender, placed)

    assert "Sending starts" in page
    assert "Cancel the order" in page
    assert "No notifications yet" in page


def test_while_notifications_are_made_the_page_says_how_far(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_NEW: 3}, status=ShipmentStatus.PROCESSING, recipients=12)

    assert "Notifications made for 3 of 12 recipients" in page_of(sender, placed)


def test_a_reason_is_said_in_words(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_SENDING: 1})
    change(rows.move, placed.ids, Status.SMS_FAILED_BARRED_RECEIVER, reason="barred")

    assert "The number is barred, blocked or not in use." in page_of(sender, placed)


def test_an_open_order_asks_again_and_a_final_one_is_silent(sender: Visitor, place: Place) -> None:
    alive = place({Status.SMS_ACCEPTED: 1}, status=ShipmentStatus.PROCESSED)
    final = place({Status.SMS_DELIVERED: 1}, status=ShipmentStatus.COMPLETED)

    assert re.search(r'hx-trigger="every \d+ms, wake"', page_of(sender, alive))
    assert "hx-trigger" not in page_of(sender, final)


def test_an_unchanged_poll_is_answered_before_the_table_is_asked_for(
    sender: Visitor, place: Place, change: Change, statements: Callable[..., object]
) -> None:
    placed = place({Status.SMS_ACCEPTED: 2}, status=ShipmentStatus.PROCESSED)
    url = f"/orders/{placed.order_id}"
    part = sender.get(url, headers={"HX-Request": "true"})
    seen = {"HX-Request": "true", "X-Varsel-Poll": "1", "If-None-Match": part.headers["ETag"]}

    with statements() as asked:
        unchanged = sender.get(url, headers=seen)
    change(rows.move, placed.ids[:1], Status.SMS_DELIVERED)
    changed = sender.get(url, headers=seen)

    assert unchanged.status_code == 304
    assert not [statement for statement in asked if "notification_state" in statement]
    assert tiles(changed.text) == {"All": 2, "Accepted": 1, "Delivered": 1}


def test_the_end_of_a_shipment_changes_the_part_even_if_no_count_does(
    sender: Visitor, place: Place, change: Change
) -> None:
    placed = place({Status.SMS_DELIVERED: 2}, status=ShipmentStatus.PROCESSED)
    url = f"/orders/{placed.order_id}"
    part = sender.get(url, headers={"HX-Request": "true"})
    change(rows.set_shipment, placed, ShipmentStatus.COMPLETED)

    after = sender.get(url, headers={"HX-Request": "true", "If-None-Match": part.headers["ETag"]})

    assert after.status_code == 200
    assert "hx-trigger" not in after.text


@pytest.mark.parametrize("query", ["", "?status=failed", "?status=SMS_Delivered&route=real", "?status=uncertain"])
def test_a_page_takes_a_fixed_number_of_questions_and_counts_no_rows(
    sender: Visitor, place: Place, statements: Callable[..., object], query: str
) -> None:
    placed = place({Status.SMS_DELIVERED: 70, Status.SMS_FAILED: 70, Status.SMS_FAILED_TTL: 70})

    with statements() as asked:
        page_of(sender, placed, query)

    assert len(asked) <= 6
    assert not [statement for statement in asked if re.search(r"(?i)\boffset\b|count\(", statement)]


def test_an_e_mail_order_shows_its_subject_and_addresses(sender: Visitor, place: Place) -> None:
    placed = place({Status.EMAIL_DELIVERED: 1}, channel=Channel.EMAIL, body="your tax")

    page = page_of(sender, placed)

    assert "About your tax" in page
    assert "person1@example.com" in page
