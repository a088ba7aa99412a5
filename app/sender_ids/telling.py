"""The e-mail to those who wait for a registration, when somebody else has decided about it."""

from collections.abc import Iterator, Sequence

from flask import current_app
from flask_babel import gettext

from app.accounts.models import Person
from app.country_rules.terms import RegistrationStatus as Status
from app.db import db
from app.sender_ids import words
from app.sender_ids.models import SenderRegistration
from app.system_email.service import post

TOLD = frozenset({Status.APPROVED, Status.ACTION_REQUIRED, Status.REJECTED, Status.SUSPENDED, Status.REVOKED})
"""What the holder would want to know at once: an order may depend on it, or something is left to do."""


def tell(row: SenderRegistration, new: Status, reason: str, person_id: int | None) -> None:
    """Write to who asked and to the responsible contact, but not to who did it; once for each change."""
    if new not in TOLD:
        return
    said = {"sender": row.sender, "country": words.named(row.country), "status": str(words.STATUSES[new])}
    subject = gettext("%(sender)s in %(country)s: %(status)s", **said)
    text = "\n\n".join(_text(row, said, reason))
    for number, address in enumerate(_addresses(row, row.created_by_id, person_id)):
        post(address, subject, text, key=f"sender-registration-moved:{row.id}:{row.revision}:{number}")


def tell_of_hosts(
    row: SenderRegistration, hosts: Sequence[str], reason: str, asked_by_id: int | None, person_id: int | None
) -> None:
    """Write to who asked for hosts and to the responsible contact what came of it, but not to who decided it."""
    said = {"sender": row.sender, "country": words.named(row.country), "hosts": ", ".join(hosts)}
    if reason:
        subject = gettext("%(sender)s in %(country)s: hosts not approved", **said)
        text = gettext("Not approved for %(sender)s in %(country)s: %(hosts)s.", **said)
    else:
        subject = gettext("%(sender)s in %(country)s: hosts approved", **said)
        text = gettext("Approved for %(sender)s in %(country)s: %(hosts)s.", **said)
    body = "\n\n".join([text, *_behind(row, reason)])
    for number, address in enumerate(_addresses(row, asked_by_id, person_id)):
        post(address, subject, body, key=f"sender-registration-hosts:{row.id}:{row.revision}:{number}")


def _addresses(row: SenderRegistration, asked_by_id: int | None, person_id: int | None) -> list[str]:
    asker = db.session.get(Person, asked_by_id) if asked_by_id not in (None, person_id) else None
    asked_by = [asker.email] if asker is not None and asker.disabled_at is None else []
    return list(dict.fromkeys(address for address in (*asked_by, row.contact_email) if address))


def _text(row: SenderRegistration, said: dict[str, str], reason: str) -> Iterator[str]:
    yield gettext("The sender ID %(sender)s in %(country)s is now: %(status)s.", **said)
    yield from _behind(row, reason)


def _behind(row: SenderRegistration, reason: str) -> Iterator[str]:
    """Say why, and where it stands."""
    if reason:
        yield gettext("The reason: %(reason)s", reason=reason)
    if begin := current_app.config["PUBLIC_URL"].rstrip("/"):
        yield f"{begin}/sender-ids/{row.id}"
