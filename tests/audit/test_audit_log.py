"""The audit log: what is written down, that nothing of it changes, and how administrators read it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.audit.models import AuditEntry
from app.audit.service import record
from app.db import db
from tests.fixtures.desk import Somebody, Visitor

NewVisitor = Callable[..., Visitor]
NewPerson = Callable[..., Somebody]


@pytest.fixture
def astrid(somebody: NewPerson) -> Somebody:
    """The administrator who reads."""
    return somebody("astrid", administrator=True)


@pytest.fixture
def desk(visitor: NewVisitor, astrid: Somebody) -> Visitor:
    """The administrator's browser."""
    return visitor().sign_in(astrid)


def _rows(page: str) -> list[str]:
    return page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]


def test_an_entry_is_kept_with_the_change_and_lost_with_it(app: Flask) -> None:
    with app.app_context():
        record("service_owner.closed", "service_owner", 1)
        db.session.rollback()
        record("service_owner.reopened", "service_owner", 1)
        db.session.commit()

        entries = db.session.scalars(select(AuditEntry)).all()
        assert [entry.action for entry in entries] == ["service_owner.reopened"]
        assert entries[0].person_id is None
        assert entries[0].at.tzinfo


def test_the_person_at_the_desk_is_written_down(app: Flask, desk: Visitor, astrid: Somebody) -> None:
    desk.post("/me/name", {"name": "Astrid Berg"}, page="/me/name")

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.renamed")).one()
        assert entry.person_id == astrid.id


@pytest.mark.parametrize(
    "change", ["update audit_entry set action = 'x'", "delete from audit_entry", "truncate audit_entry"]
)
def test_nobody_changes_or_removes_an_entry(app: Flask, astrid: Somebody, change: str) -> None:
    with app.app_context(), pytest.raises(DatabaseError, match="only ever added to"):
        db.session.execute(text(change))


def test_changes_are_read_as_sentences_the_newest_first(
    desk: Visitor, somebody: NewPerson, service_owner: Callable[..., int]
) -> None:
    kari = somebody("kari")
    fields = {"name": "Kari", "is_support": "y", "service_owners": [service_owner("ttd")]}
    desk.post(f"/people/{kari.id}/edit", fields, page=f"/people/{kari.id}/edit")

    rows = _rows(desk.get("/audit").text)

    assert "Let the person send: for ttd" in rows[0]
    assert "Changed the roles: from none to support" in rows[1]
    assert "Astrid" in rows[0]
    assert "Person Kari" in rows[0]
    assert f'href="/people/{kari.id}"' in rows[0]


def test_what_the_system_did_is_said_to_be_the_systems(desk: Visitor) -> None:
    assert "The system" in _rows(desk.get("/audit?action=person.added").text)[0]


def test_an_action_without_words_is_shown_by_its_code(app: Flask, desk: Visitor) -> None:
    with app.app_context():
        record("sender_id.registered", "sender_id", "ttd-ES", note="<b>")
        db.session.commit()

    row = _rows(desk.get("/audit").text)[0]

    assert "sender_id.registered" in row
    assert "sender_id ttd-ES" in row


def test_an_entry_that_lacks_a_detail_is_read_all_the_same(app: Flask, desk: Visitor) -> None:
    with app.app_context():
        record("price.changed", "price", "SMS-NO")
        db.session.commit()

    assert "Changed the price: from NOK ? to NOK ?" in _rows(desk.get("/audit").text)[0]


def test_entries_are_filtered_by_person_action_and_object(
    desk: Visitor, visitor: NewVisitor, somebody: NewPerson, astrid: Somebody
) -> None:
    kari = somebody("kari")
    visitor().sign_in(kari)

    by_person = _rows(desk.get(f"/audit?person={kari.id}").text)
    by_action = _rows(desk.get("/audit?action=person.added").text)
    by_object = _rows(desk.get(f"/audit?object_type=person&object_id={astrid.id}").text)

    assert len(by_person) == 1
    assert "Signed in" in by_person[0]
    assert len(by_action) == 2
    assert len(by_object) == 2
    assert all("Person Astrid" in row for row in by_object)


@pytest.mark.parametrize(
    "query", ["person=x", "person=99999999999999999999", "action=none", "object_type=x", "object_id='", "person=0"]
)
def test_a_filter_that_fits_nothing_says_so(desk: Visitor, query: str) -> None:
    answer = desk.get(f"/audit?{query}")

    assert answer.status_code == 200
    assert "Nothing of that kind has been done" in answer.text


def test_entries_are_read_fifty_at_a_time_within_the_filter(app: Flask, desk: Visitor) -> None:
    with app.app_context():
        for number in range(60):
            record("price.added", "price", f"SMS-{number}", new="0.1000")
        db.session.commit()

    first = desk.get("/audit?action=price.added").text
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = desk.get(older).text

    assert "SMS-59<" in _rows(first)[0]
    assert len(_rows(first)) == 50
    assert len(_rows(second)) == 10
    assert "action=price.added" in older


def test_only_administrators_read_the_log(visitor: NewVisitor, somebody: NewPerson) -> None:
    assert visitor().sign_in(somebody("siv", support=True)).get("/audit").status_code == 403


def test_what_was_done_to_a_draft_leads_nowhere(app: Flask, desk: Visitor) -> None:
    with app.app_context():
        record("draft.created", "order", 7, channel="SMS")
        record("order.placed", "order", 8, recipients=1)
        db.session.commit()

    rows = _rows(desk.get("/audit").text)

    assert 'href="/orders/8"' in rows[0]
    assert "Placed the order: number of recipients 1" in rows[0]
    assert "Order 7" in rows[1]
    assert "href=" not in rows[1]
