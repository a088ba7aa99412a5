"""A file larger than allowed is refused beside its field, without losing what was typed."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db import db
from app.orders import forms, views
from app.orders.models import Intake
from tests.fixtures.desk import Visitor
from tests.fixtures.machines import Browser
from tests.fixtures.small_disk import fill, small_disk
from tests.orders.drafting import Desk


def upload(sender: Visitor, desk: Desk, size: int) -> TestResponse:
    fields = {"channel": "sms", "sms_text": "Typed text", "send_when": "now", "window": "daytime", "action": "save"}
    file = (BytesIO(b"phone\n" + b"40000001\n" * (size // 9)), "large.csv")
    return sender.post("/orders/new", {**fields, "service_owner_id": desk.service_owner_id, "files": file})


def test_a_file_over_the_limit_gets_its_own_sentence_and_all_that_was_typed_is_kept(
    app: Flask, sender: Visitor, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LARGEST_FILE", 10_000)

    answer = upload(sender, desk, 20_000)

    assert answer.status_code == 422
    assert "The file is larger than 100 MB. Divide it into several files." in answer.text
    assert "Typed text" in answer.text
    with app.app_context():
        assert db.session.scalars(select(Intake)).all() == []


def test_the_form_of_an_order_may_be_larger_than_other_forms(app: Flask, sender: Visitor, desk: Desk) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10_000

    assert upload(sender, desk, 20_000).status_code == 303
    assert sender.post("/orders/measure", {"sms_text": "x" * 20_000}, page="/orders/new").status_code == 413


def test_beyond_all_measure_the_page_says_how_large_a_file_may_be(
    sender: Visitor, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LARGEST_POST", 10_000)

    answer = upload(sender, desk, 20_000)

    assert answer.status_code == 413
    assert "A file may be at most 100 MB." in answer.text


def test_an_upload_that_finds_the_web_servers_disk_full_is_answered_with_what_to_do(
    served: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser().sign_in(served, desk.sender)
    rows = b"phone\n" + b"40000001\n" * 500_000
    typed = {"channel": "sms", "sms_text": "Hello", "send_when": "now", "window": "daytime", "action": "save"}
    with small_disk() as disk:
        monkeypatch.setattr("tempfile.tempdir", str(disk))
        fill(disk)

        answer = browser.post(
            served, "/orders/new", "/orders/new", **typed, service_owner_id=str(desk.service_owner_id),
            files=("large.csv", rows, "text/csv"),
        )  # fmt: skip

    assert answer.status == 503
    assert "load the page again" in answer.data.decode()
