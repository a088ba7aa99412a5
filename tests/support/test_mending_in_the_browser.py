"""A new support person in a real browser: find by a number with spaces, uncover, read the story, mend, see it gone."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.messaging.status import ShipmentStatus, Status
from app.support import jobs
from app.support.failures import queries as failures
from app.support.failures.queries import Wanted
from tests.fixtures.desk import Somebody
from tests.fixtures.served import window_of
from tests.shipments import rows
from tests.shipments.rows import Placed


@pytest.fixture
def window(
    app: Flask, desk: object, somebody: Callable[..., Somebody], page: Page, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """A window in which a support person has signed in; live parts ask five times a second."""
    app.config["POLL_INTERVAL_S"] = 0.2
    monkeypatch.setattr("app.web.live.REST_PER_WORK", 0.0)
    with window_of(somebody("sam", support=True), app, page) as found:
        yield found


@pytest.mark.parametrize("viewport", [(1280, 900), (390, 800)])
def test_a_failure_is_found_uncovered_understood_and_mended(
    app: Flask, window: Page, place: Callable[..., Placed], change: Callable[..., None]
) -> None:
    placed = place({Status.SMS_ACCEPTED: 3}, status=ShipmentStatus.PROCESSED, body="Your case is decided")
    for notification_id in placed.ids:
        change(rows.attempt, notification_id)
    change(rows.move, placed.ids, Status.SMS_FAILED_EXPIRED, reason="expired_at_operator", attempts=1)

    window.get_by_role("link", name="Support").click()
    window.get_by_role("link", name="Search").click()
    window.get_by_label("Find a notification or an order").fill("900 00 001")
    window.get_by_role("button", name="Search").click()
    assert "900" not in window.url
    window.get_by_role("link", name=str(placed.ids[1]), exact=True).click()

    expect(window.get_by_text("The text is covered")).to_be_visible()
    window.get_by_role("link", name="Uncover it, with a reason").click()
    window.get_by_label("Reason").select_option(label="To find out why it failed")
    window.get_by_role("button", name="Uncover for 15 minutes").click()
    expect(window.get_by_text("Your case is decided")).to_be_visible()
    expect(window.get_by_text("Attempt 1: handed over to link")).to_be_visible()

    window.get_by_role("link", name="All failures of this cause").click()
    window.get_by_role("link", name="Do something about them").click()
    window.get_by_label("Send again", exact=True).check()
    window.get_by_label("Reason").fill("The operator is back")
    window.get_by_role("button", name="See what it will do").click()
    expect(window.get_by_text("Nothing has been done yet")).to_be_visible()
    window.get_by_role("button", name="Send again: 3").click()
    expect(window.get_by_text("0 of 3 seen to")).to_be_visible()
    with app.app_context():
        jobs.apply_remedies()

    expect(window.get_by_text("3 of 3 seen to")).to_be_visible()
    window.get_by_role("link", name="Failures", exact=True).click()
    expect(window.get_by_text("Nothing waits here")).to_be_visible()


def test_those_that_are_ticked_are_mended_and_the_others_stay(
    app: Flask, window: Page, place: Callable[..., Placed]
) -> None:
    placed = place({Status.SMS_FAILED_BARRED_RECEIVER: 60})

    window.get_by_role("link", name="The number is barred").click()
    window.get_by_role("link", name="Do something about them").click()
    expect(window.get_by_role("table", name="Failures")).to_be_hidden()
    window.get_by_label("Those chosen").check()
    window.get_by_role("link", name="Older").click()
    expect(window.get_by_label("Those chosen")).to_be_checked()
    for notification_id in placed.ids[:2]:
        window.get_by_label(f"Choose notification {notification_id}", exact=True).check()
    window.get_by_label("Close without sending").check()
    window.get_by_label("Reason").fill("Told the sender")
    window.get_by_role("button", name="See what it will do").click()
    window.get_by_role("button", name="Close without sending: 2").click()
    expect(window.get_by_text("0 of 2 seen to")).to_be_visible()
    with app.app_context():
        jobs.apply_remedies()

    expect(window.get_by_text("2 of 2 seen to")).to_be_visible()
    with app.app_context():
        assert sum(group.count for group in failures.groups(Wanted())) == 58
