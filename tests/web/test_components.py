"""Every macro writes sound HTML: closed elements, one heading, ids that are unique and found by what names them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Literal

import pytest
from flask import Flask, flash, render_template
from flask_login import LoginManager
from playwright.sync_api import Page, expect
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.messaging.status import ShipmentStatus, Status
from app.web import menu
from app.web.access import signed_in
from app.web.forms import Form
from app.web.live import Live
from app.web.paging import Page as TablePage
from tests.fixtures.browser import Faults

ColorScheme = Literal["light", "dark"]
VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "path", "circle"}
GALLERY = """{% extends "base.html" %}
{% from "components/confirm.html" import confirm %}
{% from "components/flash.html" import alert %}
{% from "components/form.html" import
   error_summary, post_form, field, textarea, radios, checkbox, file, button, link_button, buttons %}
{% from "components/live.html" import live_part %}
{% from "components/nav.html" import back_link %}
{% from "components/progress.html" import progress %}
{% from "components/status.html" import status, tag, simulated %}
{% from "components/table.html" import table, empty, pages, facts, fact %}
{% from "components/tiles.html" import tiles, tile %}
{% from "components/time.html" import moment %}
{% block title %}Gallery & all{% endblock %}
{% block back %}{{ back_link("/", "Back") }}{% endblock %}
{% block actions %}{{ link_button("New", "/new", variant="primary") }}{% endblock %}
{% block summary %}{{ error_summary(form) }}{% endblock %}
{% block content %}
{% call post_form("/", csrf_token, multipart=true) %}
{{ field(form.name, hint="A hint.", autocomplete="off") }}{{ field(form.kind) }}{{ textarea(form.text, rows=3) }}
{{ radios(form.channel, hint="Choose.", hints={"sms": "To phones."}) }}{{ checkbox(form.sure, hint="Sure?") }}
{{ file(form.upload, accept=".csv") }}
{% call buttons() %}{{ button("Save", name="step", value="save") }}{{ button("No", disabled=true) }}{% endcall %}
{% endcall %}
{% call live_part(live, "part") %}
{% call tiles("By status") %}{{ tile(1204, "failed", "/?status=failed", current=true, color="danger", id="t1") }}
{{ tile(0, "new") }}{% endcall %}
{{ progress(1, 3, "One of three", id="bar") }}{{ progress(0, 0, "Reading") }}
{% call table("Orders", ["Order", ("Cost", "number")]) %}<tr><th scope="row">7</th><td class="number">1</td></tr>
{% endcall %}
{{ pages(page) }}
{% endcall %}
{% call table("None", [], rows_exist=false, empty_title="No orders yet.", empty_advice="Make one.") %}{% endcall %}
{{ pages(page, ascending=true) }}
{{ empty("Nothing.") }}{{ alert("Careful", "warning", heading="Mind") }}{{ alert("Broken", "danger") }}
{% call facts() %}{{ fact("Key", "value") }}{% call fact("Other") %}{{ tag("words", "info") }}{% endcall %}{% endcall %}
{% for value in statuses %}{{ status(value) }}{% endfor %}{{ simulated() }}
{{ moment(at) }}{{ moment(at, seconds=true) }}{{ moment(none) }}
{% call confirm("/do", csrf_token, "It cannot be undone.", "Yes, cancel it", "/") %}<p>Facts</p>{% endcall %}
{% endblock %}"""


class Sample(Form):
    name = StringField("Name", validators=[InputRequired('Enter "a" <name>.')])
    kind = SelectField("Kind", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    text = TextAreaField("Text", validators=[InputRequired("Enter the text.")])
    channel = RadioField(
        "Channel", choices=[SelectChoice("sms", "SMS"), SelectChoice("email", "E-mail")], validators=[InputRequired()]
    )
    sure = BooleanField("Sure", validators=[InputRequired("Be sure.")])
    upload = FileField("File", validators=[InputRequired("Choose a file.")])


class Outline(HTMLParser):
    """What a page consists of, and where its elements were not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.misplaced: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.misplaced += [f"{tag} {name} twice" for name in names if names.count(name) > 1]
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.misplaced.append(f"/{tag}")

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute))]

    def attributes_of(self, tag: str, name: str, value: str) -> dict[str, str | None]:
        return next(found for kind, found in self.elements if kind == tag and found.get(name) == value)


@pytest.fixture
def gallery(exhibited: Flask) -> str:
    client = exhibited.test_client()
    client.set_cookie("roles", "sender")
    return client.post("/", data={"kind": "a"}).text


@pytest.fixture
def exhibited(desk: Flask, templates: Callable[[dict[str, str]], None]) -> Flask:
    templates({"gallery.html": GALLERY})
    desk.config["WTF_CSRF_ENABLED"] = False

    def view() -> str:
        form = Sample()
        form.validate()
        flash("Saved & sent.", "success")
        return render_template(
            "gallery.html",
            form=form,
            live=Live("/?a=1&b=2", '"abc"', 2000, False, "14:32:07"),
            page=TablePage([], newer_key=9, older_key=3),
            statuses=[*Status, *ShipmentStatus],
            at=datetime(2026, 11, 23, 13, 32, 7, tzinfo=UTC),
        )

    desk.add_url_rule("/", "gallery", signed_in(view), methods=["GET", "POST"])
    return desk


def test_elements_are_closed_in_order_and_attributes_stand_once(gallery: str) -> None:
    outline = Outline(gallery)

    assert (outline.misplaced, outline.open) == ([], [])


def test_ids_are_unique_and_whatever_names_one_finds_it(gallery: str) -> None:
    outline = Outline(gallery)
    ids = outline.values("id")
    named = [*outline.values("for"), *outline.values("aria-labelledby")]
    named += [name for names in outline.values("aria-describedby") for name in names.split()]
    named += [link.removeprefix("#") for link in outline.values("href") if link.startswith("#")]

    assert len(ids) == len(set(ids))
    assert len(named) > 15
    assert set(named) <= set(ids)


def test_a_page_has_one_heading_and_its_title_begins_with_it(gallery: str) -> None:
    assert gallery.count("<h1") == 1
    assert "Gallery &amp; all</h1>" in gallery or "Gallery & all</h1>" in gallery
    assert "<title>Error: Gallery & all \N{EN DASH} Varsel</title>" in gallery
    assert '<html lang="en"' in gallery


def test_every_input_has_a_label(gallery: str) -> None:
    outline = Outline(gallery)
    inputs = [
        attributes
        for tag, attributes in outline.elements
        if tag in ("input", "select", "textarea") and attributes.get("type") != "hidden"
    ]

    assert len(inputs) == 7
    assert {attributes["id"] for attributes in inputs} <= set(outline.values("for"))


def test_a_field_with_an_error_is_tied_to_its_words_and_its_hint(gallery: str) -> None:
    name = Outline(gallery).attributes_of("input", "id", "name")

    assert name["aria-invalid"] == "true"
    assert name["aria-describedby"] == "name-hint name-error"
    assert name["autocomplete"] == "off"
    assert "Enter &#34;a&#34; &lt;name&gt;." in gallery


def test_a_field_without_an_error_is_not_marked(gallery: str) -> None:
    assert "aria-invalid" not in Outline(gallery).attributes_of("select", "id", "kind")


def test_every_table_has_a_caption_and_scopes(gallery: str) -> None:
    outline = Outline(gallery)

    assert "<caption" in gallery
    assert outline.values("scope") == ["col", "col", "row"]
    assert outline.attributes_of("div", "role", "region")["tabindex"] == "0"


def test_an_empty_table_says_why_and_what_next(gallery: str) -> None:
    assert "No orders yet." in gallery
    assert "Make one." in gallery


def test_a_chosen_tile_says_so_and_others_do_not(gallery: str) -> None:
    outline = Outline(gallery)

    assert outline.attributes_of("a", "id", "t1")["aria-current"] == "true"
    assert outline.values("aria-current") == ["true"]
    assert "1,204" in gallery


def test_pages_lead_to_their_neighbours(gallery: str) -> None:
    links = [attributes for tag, attributes in Outline(gallery).elements if tag == "a" and "rel" in attributes]

    assert [(link["rel"], link["href"]) for link in links] == [
        ("prev", "/?after=9"),
        ("next", "/?before=3"),
        ("prev", "/?before=3"),
        ("next", "/?after=9"),
    ]


def test_progress_is_a_real_bar_with_words(gallery: str) -> None:
    bars = [attributes for tag, attributes in Outline(gallery).elements if tag == "progress"]

    assert (bars[0]["value"], bars[0]["max"], bars[0]["aria-label"]) == ("1", "3", "One of three")
    assert "value" not in bars[1]


def test_every_status_is_shown_in_words_with_altinns_name(gallery: str) -> None:
    outline = Outline(gallery)
    tags = [attributes for tag, attributes in outline.elements if attributes.get("class") == "ds-tag status"]
    colors = {attributes["title"]: attributes["data-color"] for attributes in tags}

    assert len(tags) == len(Status) + len(ShipmentStatus)
    assert colors["SMS_Delivered"] == "success"
    assert colors["Email_Failed_Bounced"] == "danger"
    assert colors["Order_Registered"] == "neutral"
    assert {color for name, color in colors.items() if "Failed" in str(name)} == {"danger"}


def test_a_moment_is_norwegian_time_for_people_and_utc_for_machines(gallery: str) -> None:
    written = '<time datetime="2026-11-23T13:32:07+00:00" title="2026-11-23 13:32:07 UTC">23 Nov 2026 14:32</time>'

    assert written in gallery


def test_what_happened_is_told_once(gallery: str) -> None:
    assert gallery.count("Saved &amp; sent.") == 1


def test_a_live_part_tells_htmx_what_it_needs(gallery: str) -> None:
    part = Outline(gallery).attributes_of("section", "id", "part")

    assert part["hx-get"] == "/?a=1&b=2"
    assert part["hx-trigger"] == "every 2000ms, wake"
    assert json.loads(str(part["hx-headers"])) == {"X-Varsel-Poll": "1", "If-None-Match": '"abc"'}


def test_the_menu_shows_what_a_person_may_open_and_where_one_is(desk: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_entries", {})
    desk.config["SIGN_OUT_ENDPOINT"] = "nowhere"
    for name in ("orders", "new_order", "people", "hidden"):
        desk.add_url_rule(f"/{name}", f"room.{name}", signed_in(lambda: render_template("errors/page.html", title="x")))
    menu.add("People", "room.people", ["administrator"], 3)
    menu.add("New order", "room.new_order", ["sender"], 2)
    menu.add("Orders", "room.orders", ["sender", "support"], 1)
    menu.add("Not built", "room.not_built", ["sender"], 0)
    client = desk.test_client()
    client.set_cookie("roles", "sender")

    own, other = (Outline(client.get(path).text) for path in ("/new_order", "/hidden"))

    menu_links = [link for link in own.values("href") if link in ("/orders", "/new_order", "/people")]
    assert menu_links == ["/orders", "/new_order"]
    assert own.attributes_of("a", "href", "/new_order")["aria-current"] == "page"
    assert "aria-current" not in own.attributes_of("a", "href", "/orders")
    assert other.attributes_of("a", "href", "/orders")["aria-current"] == "true"


def test_a_long_menu_shows_its_groups_and_the_lines_of_the_one_that_is_open(
    desk: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(menu, "_entries", {})
    desk.config["SIGN_OUT_ENDPOINT"] = "nowhere"
    names = ["today", *(f"order{n}" for n in range(5)), *(f"price{n}" for n in range(5))]
    for name in names:
        desk.add_url_rule(f"/{name}", f"{name}.all", signed_in(lambda: render_template("errors/page.html", title="x")))
    menu.add("Today", "today.all", ["sender"], 1, menu.Group.TODAY)
    for n in range(5):
        menu.add(f"Order {n}", f"order{n}.all", ["sender"], n, menu.Group.ORDERS)
        menu.add(f"Price {n}", f"price{n}.all", ["sender"], n, menu.Group.COUNTRIES)
    client = desk.test_client()
    client.set_cookie("roles", "sender")

    alone, grouped = (Outline(client.get(path).text) for path in ("/today", "/price3"))

    assert [link for link in alone.values("href") if link[1:] in names] == ["/today", "/order0", "/price0"]
    below = [f"/price{n}" for n in range(5)]
    assert [link for link in grouped.values("href") if link[1:] in names] == ["/today", "/order0", "/price0", *below]
    assert grouped.attributes_of("a", "href", "/price3")["aria-current"] == "page"
    assert "aria-current" not in grouped.attributes_of("a", "href", "/order0")


def test_a_stranger_sees_no_menu_and_no_name(desk: Flask) -> None:
    LoginManager(desk).request_loader(lambda _: None)

    text = desk.test_client().get("/nowhere").text

    assert "Main menu" not in text
    assert "Kari" not in text
    assert "hx-headers" not in text


def test_signing_out_is_a_button_with_the_forms_token(desk: Flask) -> None:
    client = desk.test_client()
    client.set_cookie("roles", "sender")

    outline = Outline(client.get("/nowhere").text)

    assert outline.attributes_of("form", "action", "/sign-out")["method"] == "post"
    assert outline.attributes_of("input", "name", "csrf_token")["value"]


@pytest.mark.parametrize("viewport", [(390, 844), (1280, 900)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_its_window(exhibited: Flask, address: str, page: Page, scheme: ColorScheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.context.add_cookies([{"name": "roles", "value": "sender", "url": address}])

    page.goto(address)

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('1rem Inter'))")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == scheme


def test_the_keyboard_reaches_the_content_at_once(address: str, page: Page, faults: Faults) -> None:
    faults.allow("404")
    page.goto(f"{address}/nowhere")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()
