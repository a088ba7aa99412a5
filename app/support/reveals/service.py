"""The deed of uncovering; it leaves an audit entry and does not commit."""

from dataclasses import dataclass
from datetime import timedelta

from app.audit.service import record
from app.db import db, utcnow
from app.support.reveals.models import Reveal, RevealReason

LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Why:
    """What is said for uncovering; without personal data, since the audit log keeps it."""

    reason: RevealReason
    words: str
    case_reference: str


def reveal(notification_id: int, service_owner_id: int, person_id: int, why: Why) -> None:
    """Uncover one notification for one person, for `LASTS`."""
    until_at = utcnow() + LASTS
    said = {"reason": why.reason, "words": why.words, "case_reference": why.case_reference}
    whose = {"notification_id": notification_id, "service_owner_id": service_owner_id, "person_id": person_id}
    db.session.add(Reveal(**whose, **said, until_at=until_at))
    record(
        "notification.revealed",
        "notification",
        notification_id,
        service_owner_id=service_owner_id,
        person_id=person_id,
        reason=why.reason.name.lower(),
        words=why.words,
        case=why.case_reference,
    )
