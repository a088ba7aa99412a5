"""A handful of registrations in different statuses, for a first look."""

import io
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import ServiceOwner
from app.country_rules.terms import Need
from app.country_rules.terms import RegistrationStatus as Status
from app.db import db
from app.sender_ids import days, evidence, needs, service
from app.sender_ids.models import SenderRegistration
from app.sender_ids.moves import USUAL_DAYS, Mover

_ALL = frozenset({Mover.SENDER, Mover.ADMINISTRATOR})
_WAY = (Status.SUBMITTED, Status.IN_REVIEW)
_REASON = "An example: the register has another spelling of the name."

_WALKS: tuple[tuple[str, str, str, tuple[Status, ...]], ...] = (
    ("skd", "ES", "Skatt", (*_WAY, Status.APPROVED)),
    ("skd", "TH", "Skatt", (*_WAY, Status.APPROVED)),
    ("skd", "FI", "Skatt", _WAY),
    ("skd", "SG", "Skatt", ()),
    ("nav", "FI", "NAV", (Status.SUBMITTED,)),
    ("nav", "ES", "NAV", (*_WAY, Status.ACTION_REQUIRED)),
    ("nav", "IE", "NAV", (*_WAY, Status.REJECTED)),
)
"""Service owner, country, sender ID, and how far it has come."""


def add_missing(owners: dict[str, ServiceOwner]) -> None:
    """Add the examples where there is no registration of that sender ID in that country yet."""
    for short_name, country, sender, walk in _WALKS:
        if not _is_there(owners[short_name], country, sender):
            _add(owners[short_name], country, sender, walk)


def _is_there(owner: ServiceOwner, country: str, sender: str) -> bool:
    row = SenderRegistration
    its = (row.service_owner_id == owner.id, row.country == country, row.sender == sender)
    return db.session.scalar(select(row.id).where(*its).limit(1)) is not None


def _add(owner: ServiceOwner, country: str, sender: str, walk: tuple[Status, ...]) -> None:
    row = service.begin(owner, country, sender, _said(owner, country), _ALL)
    for need in needs.lacking_files(country, ()):
        evidence.add(row, _ALL, need.value, f"{need.value}.pdf", io.BytesIO(_PDF), len(_PDF))
    for status in walk:
        reason = _REASON if status in (Status.ACTION_REQUIRED, Status.REJECTED) else ""
        due_on = days.today_in("NO") + timedelta(days=USUAL_DAYS.get(status, 0)) if status in USUAL_DAYS else None
        service.move_on(row, status, _ALL, reason=reason, due_on=due_on)


def _said(owner: ServiceOwner, country: str) -> dict[str, Any]:
    asked = needs.asked_in(country)
    always = {
        "holder_name": owner.name,
        "holder_country": "NO",
        "contact_name": "Hanne Holm",
        "contact_email": f"hanne.holm@{owner.short_name}.example",
        "use_case": "Tells citizens that a letter waits for them.",
        "providers": ["LINK"],
        "approved_hosts": [f"{owner.short_name}.example"],
        "valid_until": days.today_in(country) + timedelta(days=25) if country == "ES" else None,
    }
    return {**always, **{_FIELDS[need]: value for need, value in _ANSWERS.items() if asked.asks(need)}}


_ANSWERS: dict[Need, Any] = {
    Need.COMPANY_NUMBER: "974761076",
    Need.ADDRESS: "Storgata 1, 0155 Oslo",
    Need.WEBSITE: "https://www.example.no",
    Need.REPRESENTATIVE: "Rolf Rep, director",
    Need.CATEGORY: "Public information",
    Need.SAMPLES: ["A letter waits for you. Sign in to read it."],
    Need.VOLUME: 2000,
    Need.LINK_PROOF: "Registered in the public register of bodies.",
}
_FIELDS = {
    Need.COMPANY_NUMBER: "holder_number",
    Need.ADDRESS: "holder_address",
    Need.WEBSITE: "website",
    Need.REPRESENTATIVE: "representative",
    Need.CATEGORY: "category",
    Need.SAMPLES: "samples",
    Need.VOLUME: "monthly_volume",
    Need.LINK_PROOF: "link_proof",
}
_BODY = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
_PDF = (
    _BODY
    + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 1 >>\n"
    + b"startxref\n%d\n%%%%EOF\n" % len(_BODY)
)
