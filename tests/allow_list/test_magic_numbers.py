"""The page of magic numbers: every one of them, each with a button that copies it."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from app.gateways.simulator import MAGIC_NUMBERS
from tests.allow_list.conftest import People
from tests.fixtures.desk import Visitor


@pytest.fixture
def signed_in(app: Flask, people: People, page: Page) -> Iterator[Page]:
    """A window of Chromium in which the sender has signed in."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page.goto(f"http://127.0.0.1:{server.server_port}/sign-in")
    page.get_by_label("E-mail").fill(people.kari.email)
    page.get_by_label("Password").fill(people.kari.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)

    yield page

    page.goto("about:blank")
    server.shutdown()
    thread.join()
    server.server_close()


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
