"""An e-mail with formatting: chosen when composing, shown in a frame, sent as HTML beside plain text."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from app.accounts.models import ServiceOwner
from app.accounts.service import give_logo
from app.db import db
from app.messaging.logo import Logo
from app.messaging.markdown import STYLE_HASH, document
from app.orders.models import Order
from app.shipments.models import Shipment
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.images import PNG
from tests.orders.drafting import Drafted, email

Draft = Callable[..., Drafted]
TEXT = "# Frist\n\nHei **alle ((sammen**, se [skatten](https://skatt.no).\n\n<script>alert(1)</script>"
TYPED = {
    "channel": "email",
    "email_subject": "Om noe",
    "email_text": TEXT,
    "email_is_markdown": "y",
    "pasted": "kari@eksempel.no",
    "send_when": "now",
    "window": "daytime",
    "action": "save",
}


@pytest.fixture
def formatted(app: Flask, drafted: Draft) -> Drafted:
    """A draft of an e-mail with formatting."""
    draft = drafted(email(text=TEXT), "kari@eksempel.no")
    with app.app_context():
        db.session.get_one(Order, draft.id).email_is_markdown = True
        db.session.commit()
    return draft


def test_the_choice_is_kept_with_the_draft(app: Flask, sender: Visitor) -> None:
    page = sender.get("/orders/new").text
    owner = page.partition('id="service_owner_id" value="')[2].partition('"')[0]

    answer = sender.post("/orders/new", {**TYPED, "service_owner_id": owner}, page="/orders/new")

    with app.app_context():
        [order] = db.session.scalars(db.select(Order)).all()
        assert order.email_is_markdown
    assert " checked" not in checkbox(page)
    assert " checked" in checkbox(sender.get(answer.location).text)


def checkbox(page: str) -> str:
    """The box in which the choice is made."""
    found = re.search(r'<input[^>]*name="email_is_markdown"[^>]*>', page)
    assert found
    return found[0]


def test_the_token_of_a_search_shows_no_email(sender: Visitor) -> None:
    found = sender.post("/orders", {"reference": "2026/17"})
    token = found.headers["Location"].partition("search=")[2]

    assert len(token) == 22
    assert sender.get(f"/orders/email-preview/{token}").status_code == 404


def test_what_is_typed_is_shown_in_a_frame_of_its_own(sender: Visitor) -> None:
    frame = sender.post(
        "/orders/email-preview", {"email_text": TEXT, "email_subject": "Om noe"}, page="/orders/new"
    ).text
    url = frame.partition('src="')[2].partition('"')[0]
    answer = sender.get(url)

    assert "<iframe" in frame
    assert " sandbox " in frame
    assert "<h1>Frist</h1>" in answer.text
    assert "<script" not in answer.text


def test_the_frame_may_do_nothing(sender: Visitor, formatted: Drafted) -> None:
    policy = sender.get(f"/orders/{formatted.id}/draft-email").headers["Content-Security-Policy"]

    told = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert told == {
        "default-src": "'none'",
        "style-src": f"'{STYLE_HASH}'",
        "img-src": "data:",
        "frame-ancestors": "'self'",
        "form-action": "'none'",
        "sandbox": "",
    }


def test_the_check_page_shows_it(sender: Visitor, formatted: Drafted) -> None:
    page = sender.get(f"/orders/{formatted.id}/check").text
    shown = sender.get(f"/orders/{formatted.id}/draft-email").text

    assert f'src="/orders/{formatted.id}/draft-email"' in page
    assert "<strong>alle ((sammen</strong>" in shown
    assert "<header>" in shown


def test_placing_takes_the_choice_along(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(email(text="**Hei**"), "kari@eksempel.no")
    with app.app_context():
        db.session.get_one(Order, draft.id).email_is_markdown = True
        db.session.commit()

    sender.post(f"/orders/{draft.id}/place", {"revision": draft.revision}, page=f"/orders/{draft.id}/check")

    with app.app_context():
        assert db.session.scalar(db.select(Shipment.email_is_markdown))
    assert f'src="/orders/{draft.id}/email"' in sender.get(f"/orders/{draft.id}").text


def test_a_stranger_sees_no_preview(
    app: Flask,
    client: FlaskClient,
    formatted: Drafted,
    sender: Visitor,
    somebody: Callable[..., Somebody],
    visitor: Callable[..., Visitor],
    service_owner: Callable[..., int],
) -> None:
    other = visitor().sign_in(somebody("per", sends_for=[service_owner("nav")]))
    support = visitor().sign_in(somebody("tore", support=True))
    frame = sender.post("/orders/email-preview", {"email_text": TEXT}, page="/orders/new").text
    typed = frame.partition('src="')[2].partition('"')[0]

    assert client.get(f"/orders/{formatted.id}/draft-email").status_code == 302
    assert other.get(f"/orders/{formatted.id}/draft-email").status_code == 404
    assert support.get(f"/orders/{formatted.id}/draft-email").status_code == 403
    assert other.get(typed).status_code == 404


def test_an_order_without_formatting_has_no_preview(sender: Visitor, drafted: Draft) -> None:
    draft = drafted(email(text="Hei"), "kari@eksempel.no")

    assert sender.get(f"/orders/{draft.id}/draft-email").status_code == 404
    assert "<iframe" not in sender.get(f"/orders/{draft.id}/check").text


def test_the_preview_shows_while_composing(sender_page: Page, served: str) -> None:
    sender_page.goto(f"{served}/orders/new")
    sender_page.get_by_label("E-mail", exact=True).check()
    expect(sender_page.get_by_role("button", name="Show how it looks")).to_be_hidden()
    with sender_page.expect_response("**/orders/measure"):
        sender_page.get_by_label("Text of the e-mail").fill(TEXT)
    sender_page.get_by_label("The e-mail has formatting").check()
    sender_page.get_by_role("button", name="Show how it looks").click()

    frame = sender_page.frame_locator("iframe.email-preview")
    expect(frame.get_by_role("heading", name="Frist")).to_be_visible()
    expect(frame.get_by_role("link", name="skatten")).to_have_css("color", "rgb(0, 81, 190)")


def test_the_preview_shows_the_service_owners_logo(
    app: Flask, formatted: Drafted, sender_page: Page, served: str
) -> None:
    with app.app_context():
        order = db.session.get_one(Order, formatted.id)
        give_logo(db.session.get_one(ServiceOwner, order.service_owner_id), Logo("png", PNG))
        db.session.commit()

    sender_page.goto(f"{served}/orders/{formatted.id}/check")

    image = sender_page.frame_locator("iframe.email-preview").locator("header img")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") == 1


def test_read_aloud_without_styles_or_images_it_says_everything_in_its_order(browser: Browser) -> None:
    text = "# Frist\n\nHei **alle**, se [skatten](https://skatt.no):\n\n1. Logg inn\n2. Svar\n\n> Varsel 1"
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.set_content(document(text, subject="Om noe", sender="Skatteetaten", language="nb", logo="cid:logo"))

    read = page.locator("body").aria_snapshot()
    title, language = page.title(), page.locator("html").get_attribute("lang")
    context.close()

    assert (title, language) == ("Om noe", "nb")
    assert re.sub(r"\s*\n\s*- ", " | ", read) == (
        '- banner: Skatteetaten | main: | heading "Frist" [level=1] | paragraph: | text: Hei | strong: alle'
        ' | text: ", se" | link "skatten": | /url: https://skatt.no | text: ":" | list: | listitem: Logg inn'
        " | listitem: Svar | blockquote: | paragraph: Varsel 1"
    )
