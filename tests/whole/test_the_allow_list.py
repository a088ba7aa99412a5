"""The allow-list as a new user runs it: one number gets the real SMS, the two others are only simulated."""

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.product import Varsel
from tests.whole.at_the_desk import await_silence, check, count_of, phone_numbers, sign_in, sign_out, tile, write_order

ADMINISTRATOR = "administrator"
LISTED, *OTHERS = phone_numbers(3, first=48_000_000)


@pytest.fixture
def product(start_varsel) -> Varsel:
    """A product of the test's own."""
    return start_varsel("data")


def fill_request(page: Page) -> None:
    page.get_by_label("Service owner").select_option("Skatteetaten (skd)")
    page.get_by_label("Phone numbers").fill(f"{LISTED[:3]} {LISTED[3:5]} {LISTED[5:]}")
    page.get_by_label("Whose phone it is").fill("Kari's own phone")
    page.get_by_label("Consent given on").fill(date.today().isoformat())
    page.get_by_label("How consent was given").fill("It is my own")
    page.get_by_label("Purpose").fill("Trying an order")


def request(page: Page) -> str:
    """Look, then request; give the address of the number's page."""
    page.get_by_role("button", name="Look before requesting").click()
    page.get_by_role("button", name="Request 1 number").click()
    expect(page.get_by_text("1 number is requested.")).to_be_visible()
    return page.url


def route(page: Page) -> Locator:
    """The route among the facts of a notification."""
    return page.locator("dl.facts > div", has_text="Route").locator("dd")


def test_only_the_number_that_was_approved_gets_a_real_sms(product: Varsel, page: Page):
    sign_in(page, product.url)
    expect(page.get_by_text("Test environment")).to_be_visible()
    page.get_by_role("link", name="Allow-list").click()
    page.get_by_role("link", name="Request numbers").click()
    fill_request(page)
    entry_url = request(page)
    sign_out(page)

    sign_in(page, product.url, ADMINISTRATOR)
    page.goto(entry_url)
    page.get_by_label("Reason").fill("Say which service it is for.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("The request is rejected.")).to_be_visible()
    sign_out(page)

    sign_in(page, product.url)
    page.goto(entry_url)
    expect(page.get_by_text("Say which service it is for.")).to_be_visible()
    page.get_by_role("link", name="Request it again").click()
    page.get_by_label("Purpose").fill("Trying an order of the tax service")
    entry_url = request(page)
    sign_out(page)

    sign_in(page, product.url, ADMINISTRATOR)
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("link", name="Allow-list").click()
    page.get_by_role("link", name="Decide requests").click()
    page.get_by_label(f"Choose +47{LISTED}").check()
    page.get_by_role("button", name="Approve chosen").click()
    expect(page.get_by_text("1 number is active.")).to_be_visible()
    sign_out(page)

    sign_in(page, product.url)
    write_order(page, "Hei fra testmiljøet.", [LISTED, *OTHERS])
    check(page)
    expect(page.get_by_text("1 of 3 numbers is on the allow-list; the other 2 go to the simulator.")).to_be_visible()
    page.get_by_role("button", name="Send 3 SMS").click()
    order_url = page.url
    await_silence(page)
    assert count_of(page, "Delivered") == 1
    assert count_of(page, "Delivered (simulated)") == 2

    tile(page, "Delivered (simulated)").click()
    page.get_by_role("link", name=f"+47{OTHERS[0]}").click()
    expect(route(page)).to_contain_text("(not on the allow-list)")
    page.goto(order_url)
    page.get_by_role("link", name=f"+47{LISTED}").click()
    expect(route(page)).to_contain_text(re.compile(r"\(allow-listed until \d"))

    page.goto(product.standin_url)
    expect(page.get_by_text("Hei fra testmiljøet.")).to_have_count(1)
    for number in OTHERS:
        expect(page.get_by_text(number)).to_have_count(0)
    page.get_by_label("Phone number or e-mail address").fill(LISTED)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("Hei fra testmiljøet.")).to_have_count(1)

    page.goto(entry_url)
    expect(page.get_by_role("table", name="Notifications received")).to_contain_text("Delivered")
