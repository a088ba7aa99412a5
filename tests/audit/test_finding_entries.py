"""Administrators search, filter and export the audit log; no search text stands in an address."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.audit.service import record
from app.db import db
from tests.fixtures.desk import Somebody, Visitor


@pytest.fixture
def desk(visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> Visitor:
    """The administrator's browser."""
    return visitor().sign_in(somebody("astrid", administrator=True))


@pytest.fixture
def told(app: Flask, service_owner: Callable[..., int]) -> int:
    """Two entries with reasons, one of a service owner, whose id is given."""
    owner = service_owner("skd")
    with app.app_context():
        record("allow_list.revoked", "allow_list_entry", 7, service_owner_id=owner, reason="Phone lost, case 20261123")
        record("allow_list.rejected", "allow_list_entry", 8, reason="No consent", count=4711)
        db.session.commit()
    return owner


def _rows(page: str) -> list[str]:
    return page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]


def _search(desk: Visitor, words: str) -> str:
    answer = desk.post("/audit", {"words": words}, page="/audit")
    assert answer.status_code == 303
    return answer.location


@pytest.mark.parametrize("words", ["phone LOST", "20261123", "case"])
def test_an_entry_is_found_by_words_of_its_detail(desk: Visitor, told: int, words: str) -> None:
    address = _search(desk, words)

    rows = _rows(desk.get(address).text)

    assert len(rows) == 1
    assert "Revoked the number" in rows[0]
    assert words not in address


def test_an_entry_is_found_by_a_number_of_its_detail(desk: Visitor, told: int) -> None:
    assert "Rejected the number" in _rows(desk.get(_search(desk, "4711")).text)[0]


def test_a_search_of_somebody_elses_is_not_known(
    desk: Visitor, told: int, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]
) -> None:
    other = visitor().sign_in(somebody("berit", administrator=True))

    page = other.get(_search(desk, "case")).text

    assert "This search is no longer known" in page
    assert not _rows(page)


def test_an_empty_search_asks_for_a_word(desk: Visitor) -> None:
    answer = desk.post("/audit", {"words": " "}, page="/audit")

    assert answer.status_code == 422
    assert "Write a word to search for." in answer.text


def test_entries_are_filtered_by_service_owner_and_day(desk: Visitor, told: int) -> None:
    assert len(_rows(desk.get(f"/audit?service_owner={told}").text)) == 2
    assert not _rows(desk.get(f"/audit?service_owner={told}&until_on=2020-01-01").text)
    assert len(_rows(desk.get(f"/audit?service_owner={told}&from_on=2020-01-01&until_on=2099-01-01").text)) == 2
    assert len(_rows(desk.get(f"/audit?service_owner={told}&from_on=0001-01-01&until_on=9999-12-31").text)) == 2


def test_the_export_holds_what_the_filter_shows_and_is_noted(desk: Visitor, told: int) -> None:
    answer = desk.get(f"/audit/export.csv?service_owner={told}", buffered=True)

    lines = answer.text.splitlines()
    assert lines[0] == '\ufeff"Number";"When";"Who";"What";"On";"Service owner"'
    assert len(lines) == 3
    assert '"Revoked the number";"Number on the allow-list 7";"skd"' in lines[1]
    assert "Exported the audit log" in _rows(desk.get("/audit").text)[0]


def test_the_export_of_a_forgotten_search_is_an_unknown_page(desk: Visitor) -> None:
    assert desk.get("/audit/export.csv?search=" + "x" * 22).status_code == 404


def test_an_export_reads_past_its_first_stretch(app: Flask, desk: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.audit.queries.STRETCH", 3)
    with app.app_context():
        for number in range(8):
            record("price.added", "price", f"SMS-{number}", new="0.1")
        db.session.commit()

    lines = desk.get("/audit/export.csv?action=price.added", buffered=True).text.splitlines()

    assert [line.partition("Price ")[2].partition('"')[0] for line in lines[1:]] == [
        f"SMS-{n}" for n in range(7, -1, -1)
    ]
