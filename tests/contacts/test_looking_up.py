"""A look-up uses what was answered in the last ten minutes, asks for the rest in batches, and never guesses."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.contacts import jobs, keeping, looking_up
from app.contacts.answer import RegisterDown, Standing
from app.contacts.keeping import Known
from app.contacts.sealing import sealer
from app.db import db, utcnow
from app.messaging.identity import IdentityKind
from app.queue import valkey
from tests.fixtures.identities import organisation_number, tenor_persons
from tests.fixtures.standin import Control

PERSONS = tenor_persons(2_500)
ANNE, BERIT = PERSONS[:2]
BAKERY = organisation_number(31_000_000)


def look_up(
    numbers: Iterable[str], now: datetime, kind: IdentityKind = IdentityKind.PERSON, *, with_names: bool = False
) -> dict[str, Known]:
    """Looks up as a job does: one short transaction before the registers are asked, one after."""
    found = looking_up.begin(kind, {n: sealer().hash(n) for n in numbers}, now, with_names=with_names)
    db.session.commit()
    found.ask(now)
    found.keep(now)
    db.session.commit()
    return found.answers()


def test_a_change_in_the_register_shows_after_ten_minutes_and_not_before(
    wired: Flask, control: Control, asked: Callable[[str], int]
) -> None:
    start = utcnow()
    control.tell("registers", people={ANNE: {"email": "old@example.no"}})
    look_up([ANNE], start)
    control.tell("registers", people={ANNE: {"email": "new@example.no"}})

    soon = look_up([ANNE], start + timedelta(minutes=9, seconds=59))[ANNE]
    asked_by_then = asked("krr")
    later = look_up([ANNE], start + timedelta(minutes=10))[ANNE]

    assert (soon.answer.emails, soon.answered_at, asked_by_then) == (("old@example.no",), start, 1)
    assert (later.answer.emails, later.register) == (("new@example.no",), "krr")


def test_only_those_who_are_not_known_are_asked_for_and_in_full_batches(
    wired: Flask, control: Control, asked: Callable[[str], int]
) -> None:
    control.tell("registers", invents=True)
    now = utcnow()

    look_up(PERSONS[:500], now)
    found = look_up(PERSONS, now)

    assert asked("krr") == 1 + 2
    assert len(found) == len(PERSONS)
    assert {known.answer.standing for known in found.values()} == {Standing.FOUND}


def test_what_was_answered_before_an_outage_is_kept_and_the_rest_is_asked_for_later(
    wired: Flask, control: Control, asked: Callable[[str], int]
) -> None:
    control.tell("registers", invents=True)
    now = utcnow()
    look_up(PERSONS[:1000], now)
    control.tell("registers", register="krr", status=503)

    with pytest.raises(RegisterDown):
        look_up(PERSONS, now)
    control.tell("registers", register="krr", status=200)
    clear_breaker()
    before = asked("krr")
    found = look_up(PERSONS, now)

    assert len(found) == len(PERSONS)
    assert asked("krr") - before == 2


def clear_breaker() -> None:
    """Lets the pause after an outage be over."""
    valkey().delete("register:krr:open", "register:krr:failures")


def test_one_batch_that_fails_costs_only_itself(wired: Flask, control: Control) -> None:
    control.tell("registers", invents=True)
    control.tell("registers", register="krr", status=403, times=1)
    now = utcnow()

    with pytest.raises(RegisterDown):
        look_up(PERSONS, now)

    kept = keeping.fresh("krr", [sealer().hash(number) for number in PERSONS], now)
    assert len(kept) in (1500, 2000)


def test_names_come_with_the_contact_points_where_they_are_wanted(wired: Flask, control: Control) -> None:
    control.tell("registers", people={ANNE: {"email": "a@example.no", "name": "Anne Testesen"}})
    control.tell("registers", people={BERIT: {"email": "b@example.no", "name": "Berit", "dead": True}})

    found = look_up([ANNE, BERIT], utcnow(), with_names=True)

    assert (found[ANNE].answer.name, found[ANNE].answer.emails) == ("Anne Testesen", ("a@example.no",))
    assert found[BERIT].answer.standing is Standing.DECEASED


def test_an_organisation_has_its_name_from_the_business_register(wired: Flask, control: Control) -> None:
    control.tell("registers", people={BAKERY: {"emails": ["a@b.no", "c@d.no"], "name": "Bakeriet AS"}})

    found = look_up([BAKERY], utcnow(), IdentityKind.ORGANISATION, with_names=True)[BAKERY]

    assert (found.answer.name, found.answer.emails) == ("Bakeriet AS", ("a@b.no", "c@d.no"))


def test_a_later_answer_is_not_overwritten_by_an_earlier_one(wired: Flask, control: Control) -> None:
    now = utcnow()
    control.tell("registers", people={ANNE: {"email": "new@example.no"}})
    look_up([ANNE], now)
    control.tell("registers", people={ANNE: {"email": "old@example.no"}})

    look_up([ANNE], now - timedelta(minutes=20))

    assert look_up([ANNE], now)[ANNE].answer.emails == ("new@example.no",)


def test_answers_are_forgotten_after_ten_minutes(wired: Flask, control: Control) -> None:
    control.tell("registers", invents=True)
    look_up(PERSONS[:3], utcnow() - timedelta(minutes=11))
    look_up(PERSONS[3:5], utcnow())

    assert keeping.something_is_stale()
    jobs.forget_answers()

    assert not keeping.something_is_stale()
    hashes = [sealer().hash(number) for number in PERSONS[:5]]
    assert len(keeping.fresh("krr", hashes, utcnow() - timedelta(days=1))) == 2
