"""Composing and sending as a person does it: what moves by itself, and what stays when something is wrong."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.accounts.models import ServiceOwner
from app.db import db
from app.messaging.days import Days
from app.orders.models import Order
from app.queue import queue
from app.worker import OneQueueWorker
from tests.fixtures.browser import Faults
from tests.fixtures.desk import Somebody
from tests.fixtures.served import sign_in

FILE = {
    "name": "people.csv",
    "mimeType": "text/csv",
    "buffer": b"phone;name\n40000001;Kari\n123;Nobody\n40000002;Ola\n",
}


def work(app: Flask) -> None:
    with app.app_context():
        served = queue("intake")
        OneQueueWorker(app, served, served.connection).work(burst=True, logging_level="WARNING")


def test_the_text_is_measured_while_it_is_typed(sender_page: Page, served: str) -> None:
    sender_page.goto(f"{served}/orders/new")
    measure = sender_page.locator("#measure-sms")

    sender_page.locator("#sms_text").press_sequentially("Hi “there”")

    expect(measure).to_contain_text("UCS-2")
    expect(measure).to_contain_text("a straight quotation mark")
    sender_page.locator("#sms_text").fill("a" * 165)
    expect(measure).to_contain_text("Remove 5 characters for one segment less.")
    sender_page.get_by_label("E-mail", exact=True).check()
    sender_page.locator("#email_text").fill("a" * 165)
    expect(sender_page.locator("#measure-email")).to_have_text("165 characters")


def test_only_what_belongs_to_the_chosen_channel_is_shown(sender_page: Page, served: str) -> None:
    sender_page.goto(f"{served}/orders/new")
    expect(sender_page.locator("#email_subject")).to_be_hidden()

    sender_page.get_by_label("E-mail", exact=True).check()

    expect(sender_page.locator("#email_subject")).to_be_visible()
    expect(sender_page.locator("#sms_sender")).to_be_hidden()


def test_both_texts_are_shown_where_two_channels_are_used(sender_page: Page, served: str) -> None:
    sender_page.goto(f"{served}/orders/new")
    expect(sender_page.locator("#falls_back")).to_be_hidden()

    sender_page.get_by_label("E-mail, otherwise SMS").check()

    for field in ("#sms_text", "#email_text", "#email_subject", "#falls_back"):
        expect(sender_page.locator(field)).to_be_visible()
    sender_page.get_by_label("E-mail and SMS").check()
    expect(sender_page.locator("#falls_back")).to_be_hidden()


def test_the_days_are_those_of_the_service_owner_that_is_chosen(
    app: Flask, window: Page, served: str, somebody: Callable[..., Somebody], service_owner: Callable[..., int]
) -> None:
    tax, labour = service_owner("skd"), service_owner("nav")
    with app.app_context():
        db.session.get_one(ServiceOwner, tax).days = Days.WEEKDAYS_ONLY | Days.NO_HOLIDAYS
        db.session.commit()
    sign_in(window, served, somebody("siri", sends_for=[tax, labour]))
    window.goto(f"{served}/orders/new")
    weekdays, holidays = window.get_by_label("Weekdays only"), window.get_by_label("Not on Norwegian public holidays")
    expect(weekdays).not_to_be_checked()

    window.get_by_label("Service owner").select_option(str(tax))

    expect(weekdays).to_be_checked()
    expect(holidays).to_be_checked()
    window.get_by_label("Service owner").select_option(str(labour))
    expect(weekdays).not_to_be_checked()


@pytest.mark.parametrize("viewport", [(1280, 900), (390, 800)])
def test_an_order_goes_from_file_to_sent_while_the_page_follows(app: Flask, sender_page: Page, served: str) -> None:
    sender_page.goto(f"{served}/orders/new")
    sender_page.locator("#sms_text").fill("Hi ((name))")
    sender_page.locator("#files").set_input_files(FILE)
    sender_page.get_by_role("button", name="Check before sending").click()
    expect(sender_page.get_by_text("Reading people.csv")).to_be_visible()

    work(app)

    expect(sender_page.get_by_role("button", name="Send 2 SMS")).to_be_visible()
    expect(sender_page.get_by_text("Hi Kari")).to_be_visible()
    sender_page.get_by_role("link", name="Row 4").click()
    expect(sender_page.get_by_text("Hi Ola")).to_be_visible()
    sender_page.get_by_label("Leave these rows out").check()
    sender_page.get_by_role("button", name="Send 2 SMS").dblclick()
    sender_page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].isdigit())
    with app.app_context():
        assert db.session.scalars(select(Order.placed_at)).one() is not None


def test_the_table_of_files_follows_the_reading_and_keeps_what_is_typed(
    app: Flask, sender_page: Page, served: str
) -> None:
    sender_page.goto(f"{served}/orders/new")
    sender_page.locator("#sms_text").fill("Hi")
    sender_page.locator("#files").set_input_files(FILE)
    sender_page.get_by_role("button", name="Add to the draft").click()
    expect(sender_page.locator("#recipients")).to_contain_text("waiting")
    sender_page.locator("#sms_text").fill("Typed meanwhile")

    work(app)

    expect(sender_page.locator("#recipients:not([data-live])")).to_contain_text("people.csv")
    expect(sender_page.locator("#sms_text")).to_have_value("Typed meanwhile")


def test_a_wrong_field_is_named_at_the_top_and_nothing_typed_is_lost(
    sender_page: Page, served: str, faults: Faults
) -> None:
    faults.allow("422")
    sender_page.goto(f"{served}/orders/new")
    sender_page.locator("#sms_sender").fill("Far too long a name")
    sender_page.locator("#sms_text").fill("Hello")
    sender_page.locator("#pasted").fill("40000001")
    sender_page.locator("#files").set_input_files(FILE)

    sender_page.get_by_role("button", name="Check before sending").click()

    summary = sender_page.get_by_role("alert").first
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(sender_page.locator("#sms_sender")).to_be_focused()
    expect(sender_page.locator("#pasted")).to_have_value("40000001")
    expect(sender_page.locator("#recipients")).to_contain_text("people.csv")
