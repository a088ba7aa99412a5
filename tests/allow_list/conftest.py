"""A sender, two administrators and a service owner, with numbers to ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask

from app.accounts.queries import person as person_by_id
from app.allow_list import requests
from app.allow_list.models import Entry
from app.allow_list.requests import Asked, Wish
from app.allow_list.service import approve, locked
from app.db import db
from app.web import days
from tests.fixtures.desk import Somebody, Visitor

NUMBER = "+4741234567"


@dataclass(frozen=True)
class People:
    """Who these tests are about."""

    owner: int
    kari: Somebody
    """Sends for the service owner."""
    astrid: Somebody
    """An administrator."""


@pytest.fixture
def people(service_owner: Callable[..., int], somebody: Callable[..., Somebody]) -> People:
    """A sender and an administrator."""
    owner = service_owner("ttd")
    return People(owner, somebody("kari", sends_for=[owner]), somebody("astrid", administrator=True))


@pytest.fixture
def sender(people: People, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that the sender has signed in with."""
    return visitor().sign_in(people.kari)


@pytest.fixture
def administrator(people: People, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that the administrator has signed in with."""
    return visitor().sign_in(people.astrid)


@pytest.fixture
def wish(people: People) -> Callable[..., Wish]:
    """Says about numbers what there is to say, from today on."""

    def make(first: date | None = None, last: date | None = None) -> Wish:
        first = first or days.today()
        return Wish(people.owner, "Kari", first, "Spoken", "A test", first, last or requests.usual_last_day(first))

    return make


@pytest.fixture
def entry(app: Flask, people: People, wish: Callable[..., Wish]) -> Callable[..., int]:
    """Makes an entry, active if wanted, and tells its id."""

    def make(number: str = NUMBER, *, active: bool = False) -> int:
        with app.app_context():
            [made], _ = requests.request(wish(), [Asked(1, number, number)], people.kari.id)
            if active:
                [held] = locked([made.id])
                administrator = person_by_id(people.astrid.id)
                assert administrator is not None
                approve(held, administrator)
            db.session.commit()
            return made.id

    return make


def stored(app: Flask, entry_id: int) -> Entry:
    """The entry as it is now."""
    with app.app_context():
        return db.session.get_one(Entry, entry_id)
