"""Country pages in a browser: the map by keyboard, nothing wider than a phone, a rule tried and saved."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.fixtures.desk import Somebody
from tests.fixtures.served import window_of

PAGES = ("/front", "/countries", "/countries/FI", "/countries/FI/own-rules/new")


@pytest.fixture
def astrid(somebody: Callable[..., Somebody]) -> Somebody:
    """An administrator."""
    return somebody("astrid", administrator=True)


def _at(window: Page, path: str) -> None:
    window.goto(re.sub(r"(https?://[^/]+).*", rf"\1{path}", window.url))


def test_the_map_is_walked_by_keyboard_and_opens_the_country(app: Flask, astrid: Somebody, page: Page) -> None:
    with window_of(astrid, app, page) as window:
        _at(window, "/countries")
        window.get_by_role("button", name="Show", exact=True).focus()
        window.keyboard.press("Tab")
        expect(window.get_by_role("link", name="Skip the map: the list below says the same")).to_be_focused()
        window.keyboard.press("Tab")
        focused = window.locator(".world a:focus")
        expect(focused).to_have_attribute("aria-label", re.compile(".+: .+"))
        name = (focused.get_attribute("aria-label") or "").partition(":")[0]
        window.keyboard.press("Enter")

        expect(window.get_by_role("heading", level=1)).to_have_text(name)


def test_the_map_can_be_skipped(app: Flask, astrid: Somebody, page: Page) -> None:
    with window_of(astrid, app, page) as window:
        _at(window, "/countries")
        window.get_by_role("link", name="Skip the map: the list below says the same").focus()
        window.keyboard.press("Enter")

        expect(window.get_by_role("heading", name="List", exact=True)).to_be_focused()


@pytest.mark.parametrize("viewport", [(390, 844)])
def test_no_page_is_wider_than_a_phone(app: Flask, astrid: Somebody, page: Page) -> None:
    with window_of(astrid, app, page) as window:
        for path in PAGES:
            _at(window, path)

            assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_a_rule_is_tried_and_then_saved(app: Flask, astrid: Somebody, page: Page) -> None:
    with window_of(astrid, app, page) as window:
        _at(window, "/countries/NO")
        window.get_by_role("link", name="Put a rule of our own above it NO-alpha-unregistered").click()
        window.get_by_label("Outcome").select_option("May fail")
        window.get_by_label("Who says it").fill("Telia")
        window.get_by_label("Where it is said").fill("https://telia.example/sms")
        window.get_by_label("Sender", exact=True).fill("Digdir")
        window.get_by_role("button", name="Try it").click()
        expect(window.get_by_text("It matches this SMS.")).to_be_visible()
        window.get_by_label("Reason").fill("Telia wrote to us")
        window.get_by_role("button", name="Save the rule").click()

        expect(window.get_by_text("The rule is added")).to_be_visible()
        expect(window.get_by_role("heading", level=1)).to_have_text("Own rule NO-own-1")
