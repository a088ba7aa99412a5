"""Editing as two persons do it: saved while typed, told of each other, taken back, copied."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.db import db, utcnow
from app.orders.models import Order
from app.shipments.models import Shipment
from tests.fixtures.browser import PATIENCE_MS, Faults
from tests.fixtures.desk import Somebody
from tests.fixtures.served import sign_in
from tests.fixtures.standin import until
from tests.orders.drafting import Desk, draft_of, sms
from tests.orders.test_taking_back import placed


@pytest.fixture
def karis_page(browser: Browser, served: str, desk: Desk, somebody: Callable[..., Somebody]) -> Iterator[Page]:
    """The window of another sender of the same service owner."""
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sign_in(page, served, somebody("kari", sends_for=[desk.service_owner_id]))
    yield page
    context.close()


def texts(app: Flask) -> list[str]:
    """The texts of all orders."""
    with app.app_context():
        return list(db.session.scalars(select(Order.sms_text).order_by(Order.id)))


def references(app: Flask) -> list[str]:
    """The senders' references of all orders."""
    with app.app_context():
        return list(db.session.scalars(select(Order.senders_reference).order_by(Order.id)))


def test_a_new_order_is_saved_as_it_is_typed_and_is_there_after_a_reload(
    app: Flask, sender_page: Page, served: str
) -> None:
    sender_page.goto(f"{served}/orders/new")
    sender_page.locator("#sms_text").press_sequentially("Hello")
    expect(sender_page.locator("#saved")).to_contain_text(re.compile(r"Saved \d\d:\d\d"))
    sender_page.locator("#sms_text").press_sequentially(" all")
    sender_page.get_by_label("Your reference").fill("A1")
    expect(sender_page.locator("#edition")).not_to_have_value("1")

    sender_page.wait_for_url(re.compile(r"/orders/\d+/edit"))
    until(lambda: references(app) == ["A1"], within_s=60)
    sender_page.reload()

    expect(sender_page.locator("#sms_text")).to_have_value("Hello all")
    expect(sender_page.get_by_label("Your reference")).to_have_value("A1")
    assert texts(app) == ["Hello all"]


def test_two_persons_in_one_draft_are_told_and_the_second_sees_both_texts(
    app: Flask, sender_page: Page, karis_page: Page, served: str, desk: Desk, faults: Faults
) -> None:
    faults.allow("409")
    with app.app_context():
        url = f"{served}/orders/{draft_of(desk, sms('Hello')).id}/edit"
    sender_page.goto(url)
    karis_page.goto(url)
    expect(karis_page.locator("#others")).to_contain_text("Siri has this draft open too.")
    karis_page.locator("#sms_text").fill("Hers")
    expect(karis_page.locator("#saved")).to_contain_text("Saved")

    sender_page.locator("#sms_text").fill("Mine")
    expect(sender_page.locator("#saved")).to_contain_text("Not saved: somebody else has changed this draft")
    expect(sender_page.locator("#others")).to_contain_text("Kari changed it")
    sender_page.get_by_role("button", name="Save draft").last.click()

    expect(sender_page.get_by_role("heading", name="Kari changed this draft after you opened it")).to_be_visible()
    differs = sender_page.get_by_role("row", name="Text of the SMS")
    expect(differs).to_contain_text("Hers")
    expect(differs).to_contain_text("Mine")
    expect(sender_page.locator("#sms_text")).to_have_value("Mine")
    sender_page.locator("#sms_text").fill("Mine and hers")
    sender_page.get_by_role("button", name="Save draft").last.click()
    expect(sender_page.get_by_text("The draft is saved.")).to_be_visible()
    assert texts(app) == ["Mine and hers"]


@pytest.mark.parametrize("viewport", [(1280, 900), (390, 800)])
def test_an_order_is_taken_back_edited_and_placed_again(app: Flask, sender_page: Page, served: str, desk: Desk) -> None:
    with app.app_context():
        draft = draft_of(desk, sms("Hello", send_at=utcnow() + timedelta(days=2)), "90000001")
        order_id = placed(draft, desk).id
    sender_page.goto(f"{served}/orders/{order_id}")

    sender_page.get_by_role("link", name="Edit the order").click()
    sender_page.get_by_role("button", name="Yes, edit the order").click()
    expect(sender_page.get_by_text("This order was placed, and taken back to be edited")).to_be_visible()
    sender_page.locator("#sms_text").fill("Hello again")
    sender_page.get_by_role("button", name="Check before sending").click()
    sender_page.get_by_role("button", name="Schedule 1 SMS").click()

    sender_page.wait_for_url(f"{served}/orders/{order_id}")
    with app.app_context():
        assert db.session.scalars(select(Shipment.sms_text)).all() == ["Hello again"]


def test_an_order_is_copied_with_its_recipients(app: Flask, sender_page: Page, served: str, desk: Desk) -> None:
    with app.app_context():
        order_id = placed(draft_of(desk, sms("Hello", send_at=utcnow() + timedelta(days=2)), "90000001"), desk).id
    sender_page.goto(f"{served}/orders/{order_id}")

    sender_page.get_by_role("link", name="Copy", exact=True).click()
    sender_page.get_by_role("button", name="Copy with 1 recipient").click()

    expect(sender_page.get_by_text("This is a copy, and a draft of its own.")).to_be_visible()
    expect(sender_page.locator("#sms_text")).to_have_value("Hello")
    sender_page.get_by_role("button", name="Check before sending").click()
    expect(sender_page.get_by_role("button", name="Schedule 1 SMS")).to_be_visible()
