"""Whoever asked for a number is told by e-mail, once, that its entry ends soon."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from app.allow_list import jobs
from app.allow_list.models import Entry
from app.db import db, utcnow
from app.system_email.models import SystemEmail
from tests.allow_list.conftest import NUMBER, People


def _ends_in(app: Flask, days: int) -> None:
    with app.app_context():
        db.session.execute(update(Entry).values(until_at=utcnow() + timedelta(days=days)))
        db.session.commit()


def _letters(app: Flask) -> list[SystemEmail]:
    with app.app_context():
        jobs.remind()
        jobs.remind()
        return list(db.session.scalars(select(SystemEmail)))


def test_an_entry_that_ends_soon_is_told_of_once(app: Flask, people: People, entry: Callable[..., int]) -> None:
    entry(active=True)
    _ends_in(app, 10)

    [letter] = _letters(app)

    assert letter.to == people.kari.email
    assert NUMBER not in letter.text + letter.subject
    assert "ends on" in letter.subject


def test_an_entry_that_is_renewed_is_told_of_again_when_that_ends(app: Flask, entry: Callable[..., int]) -> None:
    entry(active=True)
    _ends_in(app, 10)
    _letters(app)
    _ends_in(app, 12)

    assert len(_letters(app)) == 2


def test_entries_that_go_on_or_wait_are_not_told_of(app: Flask, entry: Callable[..., int]) -> None:
    entry("+4741111111")
    _ends_in(app, 10)
    entry(active=True)
    with app.app_context():
        db.session.execute(update(Entry).where(Entry.number == NUMBER).values(until_at=utcnow() + timedelta(days=40)))
        db.session.commit()

    assert _letters(app) == []
