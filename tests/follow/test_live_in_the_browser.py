"""Following an order in Chromium: numbers move by themselves, focus and scroll stay, all falls silent at the end."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, Request, expect

from app.db import utcnow
from app.messaging.status import ShipmentStatus, Status
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]
Change = Callable[..., None]


def go(window: Page, path: str) -> None:
    """Open a page of the same site."""
    window.goto(urljoin(window.url, path))


def tile(window: Page, noun: str) -> object:
    """What a tile says."""
    return expect(window.get_by_role("link", name=re.compile(rf"^\s*[\d,]+\s*{re.escape(noun)}\s*$")))


def count_polls(window: Page) -> list[str]:
    """A list that grows by each question that the page asks by itself."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.headers.get("x-varsel-poll") == "1":
            asked.append(request.url)

    window.on("request", note)
    return asked


def test_the_tiles_move_and_the_page_falls_silent_when_all_is_final(
    signed_in: Page, place: Place, change: Change
) -> None:
    placed = place({Status.SMS_NEW: 10}, status=ShipmentStatus.PROCESSED)
    asked = count_polls(signed_in)
    go(signed_in, f"/orders/{placed.order_id}")
    tile(signed_in, "New").to_contain_text("10")

    change(rows.move, placed.ids[:7], Status.SMS_ACCEPTED)
    tile(signed_in, "Accepted").to_contain_text("7")
    tile(signed_in, "New").to_contain_text("3")
    change(rows.move, placed.ids, Status.SMS_DELIVERED)
    change(rows.set_shipment, placed, ShipmentStatus.COMPLETED)
    tile(signed_in, "Delivered").to_contain_text("10")
    expect(signed_in.locator("#order-live")).not_to_have_attribute("hx-trigger", re.compile("."))

    so_far = len(asked)
    signed_in.wait_for_timeout(1_000)
    assert so_far > 0
    assert len(asked) == so_far


def test_focus_and_scroll_stay_where_they_are_while_the_page_refreshes(
    signed_in: Page, place: Place, change: Change
) -> None:
    placed = place({Status.SMS_NEW: 50}, status=ShipmentStatus.PROCESSED)
    go(signed_in, f"/orders/{placed.order_id}")
    focused = signed_in.locator(f"#n-link-{placed.ids[40]}")
    focused.focus()
    focused.scroll_into_view_if_needed()
    scrolled = signed_in.evaluate("scrollY")

    change(rows.move, placed.ids[:5], Status.SMS_ACCEPTED)
    tile(signed_in, "Accepted").to_contain_text("5")

    expect(focused).to_be_focused()
    moved = abs(signed_in.evaluate("scrollY") - scrolled)
    assert scrolled > 0
    assert moved < 200


def test_what_is_being_typed_in_the_search_is_left_alone(signed_in: Page, place: Place, change: Change) -> None:
    placed = place({Status.SMS_NEW: 5}, status=ShipmentStatus.PROCESSED)
    go(signed_in, f"/orders/{placed.order_id}")
    field = signed_in.get_by_label("Find a recipient")
    field.fill("900 00")

    change(rows.move, placed.ids[:2], Status.SMS_ACCEPTED)
    tile(signed_in, "Accepted").to_contain_text("2")

    expect(field).to_have_value("900 00")
    expect(field).to_be_focused()


def test_a_tile_filters_and_the_filter_stays_while_the_page_refreshes(
    signed_in: Page, place: Place, change: Change
) -> None:
    placed = place({Status.SMS_NEW: 6, Status.SMS_FAILED_REJECTED: 2}, status=ShipmentStatus.PROCESSED)
    go(signed_in, f"/orders/{placed.order_id}")

    signed_in.get_by_role("link", name=re.compile("Rejected")).first.click()
    expect(signed_in.locator("tbody tr")).to_have_count(2)
    change(rows.move, placed.ids[:1], Status.SMS_FAILED_REJECTED)

    expect(signed_in.locator("tbody tr")).to_have_count(3)
    tile(signed_in, "Rejected").to_have_attribute("aria-current", "true")


def test_an_order_is_seen_to_begin_and_the_way_to_cancel_it_goes(signed_in: Page, place: Place, change: Change) -> None:
    placed = place(status=ShipmentStatus.REGISTERED, send_at=utcnow() + timedelta(hours=1), recipients=4)
    go(signed_in, f"/orders/{placed.order_id}")
    expect(signed_in.get_by_role("link", name="Cancel the order")).to_be_visible()

    change(rows.set_shipment, placed, ShipmentStatus.PROCESSING)

    expect(signed_in.get_by_text("Notifications made for 0 of 4 recipients")).to_be_visible()
    expect(signed_in.get_by_role("link", name="Cancel the order")).to_have_count(0)


def test_the_order_list_moves_too(signed_in: Page, place: Place, change: Change) -> None:
    placed = place({Status.SMS_ACCEPTED: 3}, status=ShipmentStatus.PROCESSED)
    go(signed_in, "/orders")
    row = signed_in.locator(f"#order-{placed.order_id}")
    expect(row).to_contain_text("3 open")

    change(rows.move, placed.ids, Status.SMS_DELIVERED)
    change(rows.set_shipment, placed, ShipmentStatus.COMPLETED)

    expect(row).to_contain_text("3 delivered")
    expect(row).to_contain_text("Completed")
    expect(signed_in.locator("#orders-live")).not_to_have_attribute("hx-trigger", re.compile("."))


def test_a_notification_is_followed_to_its_end(signed_in: Page, place: Place, change: Change) -> None:
    placed = place({Status.SMS_ACCEPTED: 1}, status=ShipmentStatus.PROCESSED)
    change(rows.attempt, placed.first_id)
    go(signed_in, f"/notifications/{placed.first_id}")
    expect(signed_in.get_by_text("No delivery report yet")).to_be_visible()

    change(rows.report, placed.first_id)
    change(rows.move, placed.ids, Status.SMS_DELIVERED)

    expect(signed_in.get_by_text("Final status: Delivered")).to_be_visible()
    expect(signed_in.locator("#notification-live")).not_to_have_attribute("hx-trigger", re.compile("."))


def test_results_are_downloaded_from_the_page(signed_in: Page, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 3})
    go(signed_in, f"/orders/{placed.order_id}")

    with signed_in.expect_download() as download:
        signed_in.get_by_role("link", name="Download results").click()

    assert download.value.suggested_filename == f"results-{placed.order_id}-test.csv"
    assert len(download.value.path().read_text("utf-8-sig").splitlines()) == 4


@pytest.mark.parametrize("viewport", [(1280, 900), (390, 844)])
def test_the_pages_fit_their_window(signed_in: Page, place: Place) -> None:
    placed = place(
        {Status.SMS_DELIVERED: 60, Status.SMS_FAILED_BARRED_RECEIVER: 2}, reference="A" * 60, body="word " * 40
    )

    for path in ("/orders", f"/orders/{placed.order_id}", f"/notifications/{placed.first_id}"):
        go(signed_in, path)
        wider = signed_in.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider == 0, path
