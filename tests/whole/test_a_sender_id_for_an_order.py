"""A sender ID is carried from a warning on an order to its registration, and then the order is sent."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import Faults
from tests.fixtures.product import Varsel
from tests.sender_ids.conftest import pdf
from tests.whole.at_the_desk import allow, await_silence, check, count_of, sign_in, sign_out, tile, write_order

ADMINISTRATOR = "administrator"
SPANISH = "+34612345678"
THAI = "+66812345678"
NORWEGIAN = "+4740000001"
HOST = "skatt.example.no"


@pytest.fixture
def product(start_varsel) -> Varsel:
    """A product of the test's own, whose foreign phones get real SMS."""
    varsel = start_varsel("data")
    allow(varsel, [SPANISH, THAI])
    return varsel


def look(page: Page) -> None:
    """Go on to the check page and wait for what the countries do."""
    page.get_by_role("button", name="Check before sending").click()
    expect(page.get_by_role("heading", name="What each country does")).to_be_visible()


def line_of(page: Page, country: str):
    return page.get_by_role("table", name="What each country does").get_by_role("row").filter(has_text=country)


def move(page: Page, deed: str, **filled: str) -> None:
    """Take a registration one step on, by the button on its page and the form behind it."""
    page.get_by_role("link", name=deed).click()
    for label, value in filled.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name=deed).click()
    expect(page.get_by_text("It is now:")).to_be_visible()


def approve_as_administrator(page: Page, url: str, **found: str) -> None:
    sign_out(page)
    sign_in(page, url, ADMINISTRATOR)
    page.get_by_role("link", name="Countries").click()
    page.get_by_role("link", name="Sender IDs").click()
    page.get_by_role("table", name="Registrations").get_by_role("link", name="Skattinfo").click()
    move(page, "Hand on for review")
    move(page, "Approve", **found)
    sign_out(page)


def fill_all(page: Page, fields: dict[str, str]) -> None:
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The registration is saved.")).to_be_visible()


def prove(page: Page, kind: str) -> None:
    page.get_by_role("link", name="Add a file").click()
    option = page.get_by_role("option", name=re.compile(kind)).first.inner_text()
    page.get_by_role("combobox").select_option(label=option)
    chosen = {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.locator("input[type=file]").set_input_files(files=[chosen])
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_role("link", name="proof.pdf", exact=True)).to_be_visible()


def phone_shows(page: Page, product: Varsel, number: str, text: str) -> str:
    """Find a phone on the stand-in's page, and tell which sender it shows above the text."""
    page.goto(product.standin_url)
    page.get_by_label("Phone number or e-mail address").fill(number)
    page.get_by_role("button", name="Find").click()
    message = page.locator(".messages > li").filter(has_text=text)
    expect(message).to_have_count(1)
    return message.locator(".sender").inner_text()


def test_a_sender_that_spain_would_stop_is_registered_from_the_warning_and_the_order_is_sent(
    product: Varsel, page: Page
):
    sign_in(page, product.url)
    write_order(page, "Your tax is ready.", [SPANISH], sender="Skattinfo")
    look(page)
    check_url = page.url
    expect(page.locator("#stopped")).to_have_text(re.compile(r"1 of 1 SMS is not sent\."))
    expect(line_of(page, "Spain")).to_contain_text("Will fail")
    expect(page.get_by_role("button", name=re.compile("^Send"))).to_have_count(0)

    page.get_by_role("link", name="Register the sender in this country.").click()
    expect(page.get_by_label("Sender ID")).to_have_value("Skattinfo")
    page.get_by_role("button", name="Begin the draft").click()
    fill_all(
        page,
        {
            "Holder": "Skatteetaten",
            "Holder's country": "NO",
            "Organisation number": "974761076",
            "Representative": "Kari Nordmann, director",
            "Responsible contact": "Kari Nordmann",
            "Contact's e-mail": "kari@skd.example",
            "What it is used for": "Letters about tax",
            "Providers": "LINK",
            "What ties the holder to the name": "The domain skatteetaten.no",
        },
    )
    prove(page, "Power of attorney")
    move(page, "Submit")
    approve_as_administrator(page, product.url, Reference_there="CNMC-1")

    sign_in(page, product.url)
    page.goto(check_url)
    expect(line_of(page, "Spain")).to_contain_text("Delivered as it is")
    page.get_by_role("button", name="Send 1 SMS").click()
    await_silence(page)

    assert count_of(page, "Delivered") == 1
    assert phone_shows(page, product, SPANISH, "Your tax is ready.") == "Skattinfo"


def stop_what_may_fail(page: Page, url: str, country: str) -> None:
    """Decide as an administrator that nothing is sent to a country that may fail there."""
    sign_in(page, url, ADMINISTRATOR)
    page.get_by_role("link", name="Countries").click()
    page.get_by_role("link", name="Country policies").click()
    page.get_by_role("link", name="Add a policy").click()
    page.get_by_label("Country").select_option(country)
    page.get_by_label("When the outcome is").select_option("May fail")
    page.get_by_label("What to do").select_option("Do not send it")
    page.get_by_label("Reason").fill("Each link that is not registered costs a penalty there")
    page.get_by_label("Last day").fill((date.today() + timedelta(days=60)).isoformat())
    page.get_by_role("button", name="Add policy").click()
    expect(page.get_by_text("The policy holds from now on.")).to_be_visible()
    sign_out(page)


def test_a_link_that_thailand_refuses_is_approved_on_the_registration_and_the_order_is_sent(
    product: Varsel, page: Page
):
    text = f"See https://{HOST}/1"
    stop_what_may_fail(page, product.url, "Thailand")
    sign_in(page, product.url)
    write_order(page, text, [THAI, NORWEGIAN], sender="Skatt")
    look(page)
    expect(page.locator("#stopped")).to_have_text(re.compile(r"1 of 2 SMS is not sent\. Thailand: 1\."))
    expect(line_of(page, "Thailand")).to_contain_text("a link whose address is not registered with the sender")
    page.get_by_role("button", name="Send 1 SMS").click()
    await_silence(page)
    order_url = page.url
    assert count_of(page, "Rejected") == 1

    tile(page, "Rejected").click()
    page.get_by_role("link", name=THAI).click()
    expect(page.get_by_role("table", name="Rules that matched")).to_contain_text("TH-url-unapproved")
    expect(page.get_by_role("heading", name="Why it was not sent to Thailand")).to_be_visible()
    page.get_by_role("link", name="Have the link's host approved on the registration.").click()
    page.get_by_role("link", name="Ask for hosts").click()
    page.get_by_label("Hosts to have approved").fill(HOST)
    page.get_by_role("button", name="Ask for them").click()
    expect(page.get_by_text("Hosts that wait to be approved")).to_be_visible()
    sign_out(page)

    sign_in(page, product.url, ADMINISTRATOR)
    page.get_by_role("link", name="Skatt, Thailand (skd)").first.click()
    page.get_by_role("link", name="Answer").click()
    page.get_by_role("button", name="Approve these hosts").click()
    expect(page.get_by_text(f"Approved: {HOST}.")).to_be_visible()
    sign_out(page)

    sign_in(page, product.url)
    page.goto(f"{order_url}/copy")
    page.get_by_role("button", name="Copy with 2 recipients").click()
    look(page)
    expect(line_of(page, "Thailand")).to_contain_text("Delivered as it is")
    page.get_by_role("button", name="Send 2 SMS").click()
    await_silence(page)

    assert count_of(page, "Delivered") == 1
    assert count_of(page, "Delivered (simulated)") == 1
    assert phone_shows(page, product, THAI, text) == "Skatt"


def test_what_finland_shows_instead_is_confirmed_by_name_before_the_order_is_sent(
    product: Varsel, page: Page, faults: Faults
):
    faults.allow("422")
    sign_in(page, product.url)
    write_order(page, "Hei.", ["+358401234567"], sender="Skattinfo")
    check(page)
    page.get_by_role("button", name="Send 1 SMS").click()
    expect(page.get_by_role("alert")).to_contain_text("Finland")

    page.get_by_label(re.compile("^Finland: send 1 SMS all the same")).check()
    page.get_by_role("button", name="Send 1 SMS").click()

    await_silence(page)
    assert count_of(page, "Delivered (simulated)") == 1
