"""Administrators keep test persons and organisations in the embedded register, and orders find them there."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.contacts import examples, queries
from app.contacts.answer import Answer, Standing
from app.contacts.embedded import Embedded
from app.contacts.models import Listed
from app.contacts.service import Details, add
from app.db import db, utcnow
from app.messaging.identity import IdentityKind, parse_organisation, parse_person
from app.web.paging import Window
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.identities import organisation_number, person_number, tenor_persons

ANNE, BERIT = tenor_persons(2)
BAKERY = organisation_number(31_000_000)


@pytest.fixture
def administrator(somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]) -> Visitor:
    """An administrator who has signed in."""
    return visitor().sign_in(somebody("astrid", administrator=True))


def typed(**changes: object) -> dict[str, object]:
    """What somebody types about a test person."""
    start = {"number": ANNE, "name": "Anne Testesen", "standing": "1", "emails": "anne@example.no", "phones": ""}
    return {**start, "language": "nb", "confirmed_on": "2026-05-01", **changes}


def test_what_is_typed_is_what_the_register_answers(app: Flask, administrator: Visitor) -> None:
    answer = administrator.post("/register/new", typed(phones="41000001", is_reserved="y"), page="/register/new")

    assert answer.status_code == 303
    with app.app_context():
        found = Embedded(IdentityKind.PERSON).look_up([ANNE, BERIT])
        assert found[ANNE].emails == ("anne@example.no",)
        assert found[ANNE].phones == ("+4741000001",)
        assert found[ANNE].is_reserved
        assert found[BERIT].standing is Standing.NOT_FOUND


def test_a_change_and_a_removal_take_effect_and_are_written_down_without_the_number(
    app: Flask, administrator: Visitor
) -> None:
    administrator.post("/register/new", typed(), page="/register/new")
    with app.app_context():
        entry_id = db.session.scalar(select(Listed.id))

    administrator.post(f"/register/{entry_id}", typed(emails=""), page=f"/register/{entry_id}")
    with app.app_context():
        assert Embedded(IdentityKind.PERSON).look_up([ANNE])[ANNE].standing is Standing.NO_CONTACT_POINT
    administrator.post(f"/register/{entry_id}/remove", page=f"/register/{entry_id}/remove")

    with app.app_context():
        assert Embedded(IdentityKind.PERSON).look_up([ANNE])[ANNE].standing is Standing.NOT_FOUND
        written = db.session.scalars(select(AuditEntry).where(AuditEntry.object_type == "register_entry")).all()
        assert [entry.action for entry in written] == ["register.added", "register.changed", "register.removed"]
        assert ANNE not in str([entry.detail for entry in written])


def test_an_organisation_may_have_several_addresses_and_a_person_may_not(app: Flask, administrator: Visitor) -> None:
    several = {"emails": "a@b.no, c@d.no\na@b.no"}

    of_person = administrator.post("/register/new", typed(**several), page="/register/new")
    of_organisation = administrator.post("/register/new", typed(number=BAKERY, **several), page="/register/new")

    assert (of_person.status_code, of_organisation.status_code) == (422, 303)
    assert "A person has one of these at most" in of_person.text
    with app.app_context():
        found = Embedded(IdentityKind.ORGANISATION).look_up([BAKERY])[BAKERY]
        assert found == Answer(Standing.FOUND, ("a@b.no", "c@d.no"), language="nb", name="Anne Testesen")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": person_number(1, 1, 80, 100)}, "Only synthetic numbers"),
        ({"number": "974760673"}, "Only synthetic numbers"),
        ({"number": ANNE[:-1] + str((int(ANNE[-1]) + 1) % 10)}, "do not fit the others"),
        ({"number": "310000109"}, "does not fit the others"),
        ({"number": ""}, "has eleven digits"),
        ({"name": ""}, "Enter a name"),
        ({"emails": "nobody"}, "This is not an e-mail address"),
        ({"phones": "12345"}, "too few digits"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_kept_on_the_page(
    administrator: Visitor, changes: dict[str, object], words: str
) -> None:
    answer = administrator.post("/register/new", typed(**changes), page="/register/new")

    assert answer.status_code == 422
    assert words in answer.text
    assert "anne@example.no" in answer.text or "emails" in changes


def test_a_number_is_entered_once(administrator: Visitor) -> None:
    administrator.post("/register/new", typed(), page="/register/new")

    again = administrator.post("/register/new", typed(name="Another"), page="/register/new")

    assert again.status_code == 422
    assert "has this number already" in again.text


def test_an_entry_is_found_by_number_or_name_and_neither_stands_in_the_address(
    app: Flask, administrator: Visitor
) -> None:
    with app.app_context():
        add(parse_person(ANNE), Details("Anne Testesen"))
        add(parse_organisation(BAKERY), Details("Bakeriet AS"))
        db.session.commit()

    by_number = administrator.post("/register", {"search": f"{ANNE[:6]} {ANNE[6:]}"}, page="/register")
    by_name = administrator.post("/register", {"search": "bakeri"}, page="/register")

    assert ANNE not in by_number.location
    page = administrator.get(by_number.location).text
    assert "Anne Testesen" in page
    assert "Bakeriet AS" not in page
    assert "Bakeriet AS" in administrator.get(by_name.location).text


def test_what_is_stored_shows_no_number(app: Flask) -> None:
    with app.app_context():
        entry = add(parse_person(ANNE), Details("Anne Testesen"))
        db.session.commit()

        assert ANNE.encode() not in entry.number_sealed + entry.number_hash
        assert queries.entries(Window()).rows[0].number == ANNE


def test_an_empty_register_says_what_to_do(administrator: Visitor) -> None:
    assert "The register is empty" in administrator.get("/register").text


def test_a_sender_has_no_business_there(
    somebody: Callable[..., Somebody], visitor: Callable[..., Visitor], service_owner: Callable[..., int]
) -> None:
    sender = visitor().sign_in(somebody("kari", sends_for=[service_owner()]))

    assert sender.get("/register").status_code == 403


def test_the_examples_show_everything_that_can_become_of_somebody(app: Flask) -> None:
    with app.app_context():
        examples.add_missing()
        examples.add_missing()
        db.session.commit()
        lines = queries.entries(Window()).rows

        assert len(lines) == 11
        assert {line.entry.standing for line in lines} == {Standing.FOUND, Standing.DECEASED}
        assert [line.entry.name for line in lines if line.is_stale] == ["Erik Gammeldags"]
        assert all(line.entry.changed_at <= utcnow() for line in lines)
