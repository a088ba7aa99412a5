"""Test persons and organisations for a first look: one for each thing that can become of somebody."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from app.contacts import service
from app.contacts.answer import Standing
from app.contacts.service import AlreadyListed, Details
from app.db import utcnow
from app.messaging.identity import Identity, parse_organisation, parse_person

_PERSONS = (
    ("01815010260", Details("Anne Testesen", emails=("anne@person.example.no",), phones=("+4741000001",))),
    ("04825613744", Details("Berit Testesen", phones=("+4741000002",))),
    ("07836217475", Details("Carl Testesen", emails=("carl@person.example.no",), language="nn")),
    ("10846821185", Details("Dina Reservert", emails=("dina@person.example.no",), is_reserved=True)),
    ("13857424950", Details("Erik Gammeldags", emails=("erik@person.example.no",), phones=("+4792000005",))),
    ("16868028681", Details("Frida Uten Adresse")),
    ("19878632381", Details("Gustav Død", standing=Standing.DECEASED)),
    ("45838822286", Details("Hanna D-nummer", emails=("hanna@person.example.no",), phones=("+4792000008",))),
)
_STALE = "13857424950"
_STALE_FOR = timedelta(days=730)
_ORGANISATIONS = (
    ("310000108", Details("Bakeriet i Testdalen AS", emails=("post@bakeriet.example.no",))),
    (
        "310011215",
        Details("Snekkeren Test", emails=("a@snekker.example.no", "b@snekker.example.no"), phones=("+4792000009",)),
    ),
    ("310022322", Details("Uten Varslingsadresse AS")),
)


def add_missing() -> None:
    """Enter those that the embedded register lacks; the others stay as they are."""
    for number, details in _PERSONS:
        confirmed_at = utcnow() - (_STALE_FOR if number == _STALE else timedelta(days=30))
        _add(parse_person(number), replace(details, confirmed_at=confirmed_at))
    for number, details in _ORGANISATIONS:
        _add(parse_organisation(number), details)


def _add(identity: Identity, details: Details) -> None:
    with suppress(AlreadyListed):
        service.add(identity, details)
