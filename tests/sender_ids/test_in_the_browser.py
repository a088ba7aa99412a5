"""Registrations in Chromium: asked for from a link, carried by the keyboard alone, on pages that move by themselves."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.country_rules.terms import RegistrationStatus as Status
from app.db import db
from app.sender_ids import service
from app.sender_ids.moves import Mover
from tests.fixtures.served import window_of
from tests.sender_ids.conftest import People, pdf, status_of


@pytest.fixture
def window(app: Flask, people: People, page: Page, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A window of Chromium that an administrator has signed in with."""
    monkeypatch.setattr("app.web.live.REST_PER_WORK", 0.0)
    with window_of(people.astrid, app, page) as found:
        yield found


def go(window: Page, path: str) -> None:
    window.goto(urljoin(window.url, path))


def test_from_a_warnings_link_to_a_draft_with_its_file(window: Page, app: Flask, tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(pdf())
    go(window, "/sender-ids/ask?country=ES&sender=Skatt&service_owner=skd")
    expect(window.get_by_label("Country")).to_have_value("ES")
    expect(window.get_by_label("Sender ID")).to_have_value("Skatt")

    window.get_by_role("button", name="Begin the draft").click()
    window.get_by_label("Representative").fill("Rolf Rep, director")
    window.get_by_role("button", name="Save").click()
    window.get_by_role("link", name="Add a file").click()
    window.get_by_label("File").set_input_files(letter)
    window.get_by_role("button", name="Add the file").click()

    expect(window.get_by_role("heading", name="Skatt in Spain")).to_be_visible()
    expect(window.get_by_role("link", name="letter.pdf", exact=True)).to_be_visible()
    expect(window.get_by_text("Before it can go on, this is missing:")).to_contain_text("Organisation number")


def test_carried_by_the_keyboard_alone(window: Page, app: Flask, registration: Callable[..., int]) -> None:
    registration_id = registration("submitted")
    go(window, f"/sender-ids/{registration_id}")

    window.get_by_role("link", name="Ask for more").focus()
    window.keyboard.press("Enter")
    window.get_by_label("Reason").focus()
    window.keyboard.type("The name is spelled differently.")
    window.keyboard.press("Tab")
    expect(window.get_by_label("Next step due on")).to_be_focused()
    window.get_by_role("button", name="Ask for more").focus()
    window.keyboard.press("Enter")

    expect(window.get_by_text("It is now: Action required.")).to_be_visible()
    assert status_of(app, registration_id) is Status.ACTION_REQUIRED


@pytest.mark.parametrize("page_of", ["/sender-ids", "/sender-ids/{}"])
def test_the_pages_move_by_themselves_and_keep_the_focus(
    window: Page, app: Flask, registration: Callable[..., int], page_of: str
) -> None:
    registration_id = registration("submitted")
    go(window, page_of.format(registration_id))
    part = window.locator(".live")
    expect(part).to_contain_text("Submitted")
    link = window.get_by_role("link", name=re.compile("Skatt|Withdraw")).first
    link.focus()

    with app.app_context():
        [row] = service.locked([registration_id])
        service.move_on(row, Status.IN_REVIEW, frozenset({Mover.ADMINISTRATOR}))
        db.session.commit()

    expect(part).to_contain_text("The registry or operators")
    expect(link).to_be_focused()
