"""Many registrations as a file: each row's fate is shown first, and what comes out goes in again without a change."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.sender_ids import bulk
from app.sender_ids.models import RegistrationStep, SenderRegistration
from tests.fixtures.desk import Visitor
from tests.sender_ids.conftest import People

IMPORT = "/sender-ids/import"
_TOKEN = re.compile(r'name="confirmed" value="([^"]+)"')


def upload(browser: Visitor, content: str, name: str = "registrations.csv") -> str:
    return browser.post(IMPORT, {"file": (io.BytesIO(content.encode()), name)}, page=IMPORT).text


def confirm(browser: Visitor, page: str) -> int:
    found = _TOKEN.search(page)
    assert found, page
    return browser.post(IMPORT, {"confirmed": found[1]}, page=IMPORT).status_code


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SenderRegistration)) or 0


def fates(page: str) -> list[str]:
    rows = page.partition("<tbody>")[2]
    return re.findall(r"Is created|Is changed|Stays as it is|Is refused", rows)


@pytest.mark.usefixtures("people")
def test_a_dry_run_tells_each_rows_fate_and_does_nothing(
    app: Flask, registration: Callable[..., int], administrator: Visitor
) -> None:
    registration(country="ES", reference="A-1")
    registration(country="FI")
    page = upload(
        administrator,
        "service_owner;country;sender;status;reference;contact_email\n"
        "skd;TH;Skatt;approved;T-1;a@skd.example\n"
        "skd;ES;Skatt;draft;A-2;hanne.holm@skd.example\n"
        "skd;FI;Skatt;;;hanne.holm@skd.example\n"
        "skd;FI;Skatt;;;hanne.holm@skd.example\n"
        "dsb;FI;Skatt;;;\n"
        "skd;ES;NAV;;;\n"
        "skd;SE;Skatt;expired;;\n"
        "skd;DK;Skatt;;;not an address\n",
    )

    assert fates(page) == ["Is created", "Is changed", "Stays as it is"] + ["Is refused"] * 5
    for words in (
        "Reference there",
        "An earlier row says this already.",
        "There is no such service owner.",
        "may send under this name",
        "begins as draft or approved",
        "Contact&#39;s e-mail",
    ):
        assert words in page
    assert count(app) == 2


def test_what_was_confirmed_is_done_once_and_again_changes_nothing(
    app: Flask, people: People, administrator: Visitor
) -> None:
    content = (
        "service_owner;country;sender;status;valid_until;approved_hosts\n"
        'skd;TH;Skatt;approved;2030-01-01;"skatt.no\n*.skatt.no"\n'
        "nav;FI;NAV;draft;;\n"
    )

    assert confirm(administrator, upload(administrator, content)) == 303
    again = upload(administrator, content)

    assert fates(again) == ["Stays as it is"] * 2
    assert "There is nothing to import." in again
    with app.app_context():
        thai, _ = db.session.scalars(select(SenderRegistration).order_by(SenderRegistration.id))
        assert (thai.status, thai.approved_hosts) == ("approved", ["skatt.no", "*.skatt.no"])
        assert thai.approved_on is not None
        assert db.session.scalar(select(func.count()).select_from(RegistrationStep)) == 2


def test_what_comes_out_goes_in_without_a_change_and_calculates_nothing(
    registration: Callable[..., int], administrator: Visitor
) -> None:
    registration("approved", "TH", use_case="=HYPERLINK(1)\nand more", brand="@Skatt", contact_phone="+4722000000")
    registration("expired", "ES", samples=["-1", "+2"])
    registration("rejected", "FI", holder_name="'quoted'")

    text = administrator.get("/sender-ids/export.csv").data.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert rows[0]["use_case"].startswith("'=HYPERLINK")
    assert rows[0]["contact_phone"] == "+4722000000"
    assert fates(upload(administrator, text)) == ["Stays as it is"] * 3


def test_a_file_of_many_is_read_in_stretches_and_holds_no_connection(
    app: Flask, registration: Callable[..., int], administrator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_AT_ONCE", 4)
    ids = [registration("expired", use_case="x" * 4000) for _ in range(30)]
    answer = administrator.get("/sender-ids/export.csv", buffered=False)
    chunks = iter(answer.response)

    first = next(chunks)
    with app.app_context():
        held = db.engine.pool.checkedout()
    text = b"".join((first, *chunks)).decode("utf-8-sig")
    answer.close()

    assert held == 0
    assert [int(row["id"]) for row in csv.DictReader(io.StringIO(text), delimiter=";")] == ids


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"skd;FI;Skatt;{'x' * 2001}", "A cell in this row has more than 2,000 characters."),
        ("skd;FI;Skatt;x;y", "This row has more cells than the heading has columns."),
    ],
)
def test_a_row_that_cannot_be_read_whole_is_refused_rather_than_cut(
    app: Flask, administrator: Visitor, row: str, words: str
) -> None:
    page = upload(administrator, f"service_owner;country;sender;use_case\n{row}\n")

    assert fates(page) == ["Is refused"]
    assert words in page


def test_a_sender_gets_out_only_what_is_theirs_and_takes_nothing_in(
    registration: Callable[..., int], sender: Visitor, stranger: Visitor
) -> None:
    registration()

    assert "Skatt" in sender.get("/sender-ids/export.csv").text
    assert "Skatt" not in stranger.get("/sender-ids/export.csv").text
    assert sender.get(IMPORT).status_code == 403


def test_a_row_with_anothers_number_is_refused(registration: Callable[..., int], administrator: Visitor) -> None:
    registration_id = registration()
    page = upload(administrator, f"id;service_owner;country;sender\n{registration_id};skd;ES;Skatt\n999;skd;FI;Skatt\n")

    assert fates(page) == ["Is refused"] * 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a;b\n1;2\n", "The file lacks these columns: country, sender, service_owner."),
        ("", "empty"),
        ("service_owner;country;sender\n" + "skd;FI;Skatt\n" * 1001, "A file may have 1000 rows."),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(administrator: Visitor, content: str, words: str) -> None:
    assert words in upload(administrator, content)


def test_a_file_that_was_looked_at_long_ago_is_asked_for_again(administrator: Visitor) -> None:
    answer = administrator.post(IMPORT, {"confirmed": "x" * 22}, page=IMPORT)

    assert answer.status_code == 422
    assert "no longer known" in answer.text


def test_what_was_taken_meanwhile_is_refused_on_its_own_row(
    app: Flask, registration: Callable[..., int], administrator: Visitor
) -> None:
    page = upload(administrator, "service_owner;country;sender;status\nskd;FI;Skatt;approved\nskd;ES;Skatt;\n")
    registration(country="FI")

    assert confirm(administrator, page) == 200

    assert count(app) == 2
