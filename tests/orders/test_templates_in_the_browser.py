"""A sender makes a template, changes it, reads the difference, and fills an order from it, with the keyboard too."""

import pytest
from playwright.sync_api import Page, expect


def write(page: Page, label: str, text: str) -> None:
    """Types in a field of the first open language."""
    page.get_by_label(label).locator("visible=true").first.fill(text)


@pytest.mark.parametrize("viewport", [(1280, 900), (390, 844)], ids=["wide", "narrow"])
def test_a_template_from_its_first_words_to_an_order(sender_page: Page) -> None:
    page = sender_page
    page.get_by_role("link", name="Templates", exact=True).click()
    page.get_by_role("link", name="New template").click()
    page.get_by_label("Name").fill("Frist for skatt")
    write(page, "Text of the SMS", "Hei, fristen er 1. mai.")
    page.get_by_role("button", name="Make the template").press("Enter")
    expect(page.get_by_role("heading", name="Frist for skatt")).to_be_visible()

    page.get_by_role("link", name="Edit the template").click()
    write(page, "Text of the SMS", "Hei, fristen er 15. mai.")
    page.get_by_label("What you changed").fill("New date")
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_role("link", name="2", exact=True).click()
    expect(page.locator("del")).to_contain_text("1")
    expect(page.locator("ins")).to_contain_text("15")

    page.get_by_role("link", name="Frist for skatt").click()
    page.get_by_role("link", name="Use it in an order").click()
    expect(page.get_by_label("Text of the SMS")).to_have_value("Hei, fristen er 15. mai.")

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_draft_is_filled_with_the_keyboard(sender_page: Page) -> None:
    page = sender_page
    page.goto(f"{page.url.partition('/orders')[0].rstrip('/')}/templates/new")
    page.get_by_label("Name").fill("Frist")
    write(page, "Text of the SMS", "Fristen er i morgen.")
    page.get_by_role("button", name="Make the template").click()
    page.get_by_role("link", name="New order").first.click()

    page.get_by_text("Use a template").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Frist")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Text of the SMS")).to_have_value("Fristen er i morgen.")
    expect(page.get_by_text("Filled from Frist, version 1")).to_be_visible()


@pytest.mark.parametrize("viewport", [(1280, 900), (390, 844)], ids=["wide", "narrow"])
def test_a_language_is_added_to_an_order_and_measured_while_it_is_typed(sender_page: Page) -> None:
    page = sender_page
    page.get_by_role("link", name="New order").first.click()
    page.locator("#sms_text").fill("Hei ((navn|du))")
    page.get_by_text("Add a language").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Norwegian Bokmål")).to_be_hidden()
    page.get_by_role("button", name="Northern Sámi").press("Enter")
    page.locator("#sms_text_se").fill("Bures č")
    expect(page.locator("#measure-languages")).to_contain_text("UCS-2")

    page.get_by_role("button", name="Save draft").last.click()

    expect(page.locator("#sms_text_se")).to_have_value("Bures č")
    expect(page.get_by_label("Column that says each recipient's language")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
