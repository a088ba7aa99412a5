"""A sender, an administrator and a stranger, and registrations in any status."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.country_rules.terms import RegistrationStatus as Status
from app.db import db
from app.sender_ids.models import RegistrationStep, SenderRegistration
from tests.fixtures.desk import Somebody, Visitor

WHOLE = {
    "holder_name": "Skatteetaten",
    "holder_country": "NO",
    "contact_name": "Hanne Holm",
    "contact_email": "hanne.holm@skd.example",
    "use_case": "Tells citizens that their tax return is ready.",
    "website": "https://www.skatteetaten.no",
    "category": "Public information",
    "samples": ["Your tax return is ready."],
}
"""What Finland requires."""


@dataclass(frozen=True)
class People:
    """Who these tests are about."""

    owner: int
    other_owner: int
    kari: Somebody
    """Sends for the service owner."""
    astrid: Somebody
    arne: Somebody
    """Both administrators."""
    ola: Somebody
    """Sends for another service owner."""


@pytest.fixture
def people(service_owner: Callable[..., int], somebody: Callable[..., Somebody]) -> People:
    """Everybody."""
    owner, other = service_owner("skd"), service_owner("nav")
    return People(
        owner,
        other,
        somebody("kari", sends_for=[owner]),
        somebody("astrid", administrator=True),
        somebody("arne", administrator=True),
        somebody("ola", sends_for=[other]),
    )


@pytest.fixture
def sender(people: People, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that the sender has signed in with."""
    return visitor().sign_in(people.kari)


@pytest.fixture
def administrator(people: People, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that an administrator has signed in with."""
    return visitor().sign_in(people.astrid)


@pytest.fixture
def stranger(people: People, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that somebody of another service owner has signed in with."""
    return visitor().sign_in(people.ola)


@pytest.fixture
def registration(app: Flask, people: People) -> Callable[..., int]:
    """Makes a registration as it stands and tells its id."""

    def make(status: str = "draft", country: str = "FI", sender: str = "Skatt", **fields: Any) -> int:
        with app.app_context():
            said = {**WHOLE, **fields}
            if status == "approved":
                said.setdefault("approved_on", date(2026, 1, 1))
            row = SenderRegistration(
                service_owner_id=people.owner, country=country, sender=sender, status=status, **said
            )
            db.session.add(row)
            db.session.flush()
            db.session.add(RegistrationStep(registration_id=row.id, new_status=status))
            db.session.commit()
            return row.id

    return make


@pytest.fixture
def stored(app: Flask) -> Callable[[int], SenderRegistration]:
    """Gives a registration as it is now."""

    def find(registration_id: int) -> SenderRegistration:
        with app.app_context():
            return db.session.get_one(SenderRegistration, registration_id)

    return find


def status_of(app: Flask, registration_id: int) -> Status:
    """The status that is written down."""
    with app.app_context():
        return Status(db.session.get_one(SenderRegistration, registration_id).status)


def png() -> bytes:
    """The smallest picture there is."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    """A picture's segments, from its start to its end."""
    frame = b"\xff\xc0" + struct.pack(">H", 11) + b"\x08\0\x01\0\x01\x01\x01\x11\0"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\0\0\x3f\0" + b"\x12\xff\x00\x34"
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"JF" + frame + scan + b"\xff\xd9"


def pdf() -> bytes:
    """A document whose end names the place of its table."""
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
