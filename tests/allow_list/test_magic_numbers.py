"""The page of magic numbers: every one of them, each with a button that copies it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.gateways.simulator import MAGIC_NUMBERS
from tests.allow_list.conftest import People
from tests.fixtures.desk import Visitor
from tests.fixtures.served import window_of


@pytest.fixture
def signed_in(app: Flask, people: People, page: Page) -> Iterator[Page]:
    """A window of Chromium in which the sender has signed in."""
    with window_of(people.kari, app, page) as window:
        yield window


def test_every_magic_number_is_listed(sender: Visitor) -> None:
    page = sender.get("/allow-list/magic-numbers").text

    assert [one.number for one in MAGIC_NUMBERS if f'data-copy="{one.number}"' not in page] == []


def test_a_click_copies_the_number(signed_in: Page) -> None:
    signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    signed_in.goto(signed_in.url.partition("/orders")[0] + "/allow-list/magic-numbers")

    button = signed_in.get_by_role("button", name="Copy +4790000128")
    button.click()

    expect(button).to_have_text("Copied")
    assert signed_in.evaluate("navigator.clipboard.readText()") == "+4790000128"
