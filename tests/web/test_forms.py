"""A form that is not valid says where and why, and loses nothing that was typed."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from wtforms import BooleanField, FileField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.web.access import signed_in
from app.web.forms import Form, size_of
from tests.fixtures.browser import Faults

FORM = """{% extends "base.html" %}
{% from "components/form.html" import error_summary, post_form, field, textarea, radios, checkbox, file, button %}
{% block title %}New order{% endblock %}
{% block summary %}{{ error_summary(form) }}{% endblock %}
{% block content %}{% call post_form("/order", csrf_token, multipart=true) %}
{{ field(form.reference, hint="Shown to you only.") }}
{{ radios(form.channel, hints={"sms": "To phone numbers."}) }}
{{ textarea(form.text) }}
{{ file(form.upload) }}
{{ field(form.password) }}
{{ checkbox(form.sure) }}
{{ button("Check the order") }}
{% endcall %}{% endblock %}"""
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


CHANNELS = [SelectChoice("sms", "SMS"), SelectChoice("email", "E-mail")]


class Order(Form):
    reference = StringField("Your reference", validators=[InputRequired("Enter a reference."), Length(max=5)])
    channel = RadioField("Channel", choices=CHANNELS, validators=[InputRequired("Choose one.")])
    text = TextAreaField("Text", validators=[InputRequired("Enter the text.")])
    upload = FileField("File")
    password = PasswordField("Password")
    sure = BooleanField("Send only to the valid ones")


@pytest.fixture
def client(desk: Flask, templates: Callable[[dict[str, str]], None]) -> FlaskClient:
    templates({"order.html": FORM})

    def view() -> tuple[str, int]:
        form = Order()
        if form.validate_on_submit():
            return "placed", 200
        return render_template("order.html", form=form), 422 if form.errors else 200

    desk.add_url_rule("/order", "order", signed_in(view), methods=["GET", "POST"])
    colleague = desk.test_client()
    colleague.set_cookie("roles", "sender")
    return colleague


@pytest.fixture
def unprotected(desk: Flask, client: FlaskClient) -> FlaskClient:
    desk.config["WTF_CSRF_ENABLED"] = False
    return client


def test_errors_stand_in_the_order_of_the_page_and_lead_to_their_fields(desk: Flask) -> None:
    desk.config["WTF_CSRF_ENABLED"] = False
    with desk.test_request_context(method="POST", data={"reference": "too long"}):
        form = Order()
        form.validate()

        errors = form.errors_in_order()

    assert [(error.anchor, error.label) for error in errors] == [
        ("reference", "Your reference"),
        ("channel-0", "Channel"),
        ("text", "Text"),
    ]
    assert [error.text for error in errors][1:] == ["Choose one.", "Enter the text."]


def test_an_invalid_form_keeps_what_was_typed(unprotected: FlaskClient) -> None:
    answer = unprotected.post("/order", data={"reference": "<b>too long</b>", "channel": "email", "sure": "y"})

    assert answer.status_code == 422
    assert 'value="&lt;b&gt;too long&lt;/b&gt;"' in answer.text
    assert re.search(r'<input[^>]* checked [^>]*value="email"', answer.text)
    assert answer.text.count(" checked ") == 2


def test_the_title_says_that_there_are_errors(unprotected: FlaskClient) -> None:
    assert "<title>New order \N{EN DASH} Varsel</title>" in unprotected.get("/order").text
    assert "<title>Error: New order \N{EN DASH} Varsel</title>" in unprotected.post("/order").text


def test_measuring_a_file_leaves_it_at_its_beginning(desk: Flask) -> None:
    with desk.test_request_context(method="POST", data={"upload": (BytesIO(b"abc"), "a.csv")}) as context:
        upload = context.request.files["upload"]

        assert size_of(upload) == 3
        assert upload.read() == b"abc"


def test_a_form_without_its_token_does_nothing(client: FlaskClient) -> None:
    answer = client.post("/order", data={"reference": "a", "channel": "sms", "text": "b"})

    assert answer.status_code == 400
    assert "The form was out of date" in answer.text


def test_a_stale_form_keeps_what_was_typed_but_no_password(client: FlaskClient) -> None:
    typed = {"reference": "<kari>", "password": "hemmelig", "csrf_token": "stale"}

    answer = client.post("/order", data=typed, headers=SAME_SITE)

    assert '<input type="hidden" name="reference" value="&lt;kari&gt;">' in answer.text
    assert "hemmelig" not in answer.text
    assert "stale" not in answer.text


def test_a_stale_form_says_that_its_file_is_lost(client: FlaskClient) -> None:
    answer = client.post("/order", data={"reference": "a", "upload": (BytesIO(b"x"), "a.csv")}, headers=SAME_SITE)

    assert "Choose it again" in answer.text


def test_a_file_field_left_empty_loses_nothing(client: FlaskClient) -> None:
    data = {"reference": "a", "upload": (BytesIO(b""), "")}

    answer = client.post("/order", data=data, headers=SAME_SITE, content_type="multipart/form-data")

    assert "Send it again" in answer.text
    assert "Choose it again" not in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_nothing_that_another_site_posted_is_offered_for_sending(client: FlaskClient, site: str | None) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}

    answer = client.post("/order", data={"reference": "forged"}, headers=headers)

    assert answer.status_code == 400
    assert "forged" not in answer.text


def test_a_person_signed_out_while_typing_loses_nothing(client: FlaskClient) -> None:
    client.delete_cookie("roles")

    answer = client.post("/order", data={"reference": "kept", "password": "hemmelig"}, headers=SAME_SITE)

    assert answer.status_code == 401
    assert 'name="reference" value="kept"' in answer.text
    assert "hemmelig" not in answer.text


def test_a_person_signed_out_while_uploading_is_told_that_the_file_is_lost(client: FlaskClient) -> None:
    client.delete_cookie("roles")

    answer = client.post("/order", data={"reference": "a", "upload": (BytesIO(b"x"), "a.csv")}, headers=SAME_SITE)

    assert answer.status_code == 401
    assert "Choose it again" in answer.text


def test_errors_lead_to_their_fields_and_the_form_can_be_sent_again(
    client: FlaskClient, address: str, page: Page, faults: Faults
) -> None:
    faults.allow("422")
    page.context.add_cookies([{"name": "roles", "value": "sender", "url": address}])
    page.goto(f"{address}/order")
    page.get_by_label("Your reference").fill("a")
    page.get_by_role("button", name="Check the order").click()
    expect(page.get_by_role("alert")).to_be_focused()

    page.get_by_role("link", name="Text: Enter the text.").click()
    expect(page.get_by_label("Text")).to_be_focused()
    page.get_by_label("Text").fill("b")
    page.get_by_label("SMS").check()
    page.get_by_role("button", name="Check the order").click()

    expect(page.get_by_text("placed")).to_be_visible()


def test_an_order_typed_across_a_lost_session_is_sent_after_all(
    client: FlaskClient, address: str, page: Page, faults: Faults
) -> None:
    faults.allow("401", "400")
    page.context.add_cookies([{"name": "roles", "value": "sender", "url": address}])
    page.goto(f"{address}/order")
    page.get_by_label("Your reference").fill("a")
    page.get_by_label("SMS").check()
    page.get_by_label("Text").fill("A long text")
    page.context.clear_cookies()
    page.get_by_role("button", name="Check the order").click()
    expect(page.get_by_role("heading", name="You have been signed out")).to_be_visible()

    page.context.add_cookies([{"name": "roles", "value": "sender", "url": address}])
    page.get_by_role("button", name="Send it again").click()

    expect(page.get_by_text("placed")).to_be_visible()
