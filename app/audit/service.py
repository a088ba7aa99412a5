"""Writing down who did what; every change of every room comes through here."""

from typing import Any, Final

from flask import has_request_context
from flask_login import current_user

from app.audit.models import AuditEntry
from app.db import db


class _AtTheDesk:
    """Stands for whoever is signed in, since None means that the system itself acted."""


_AT_THE_DESK: Final = _AtTheDesk()


def record(
    action: str,
    object_type: str,
    object_id: object,
    *,
    service_owner_id: int | None = None,
    person_id: int | _AtTheDesk | None = _AT_THE_DESK,
    **detail: Any,
) -> None:
    """Add an entry to the session; it is kept only if the change that it speaks of is committed.

    `person_id` is the person at the desk unless given; None, or nobody signed in, means that the system acted. `detail`
    must be plain JSON without addresses, identity numbers or message texts.
    """
    person = _person_at_desk() if isinstance(person_id, _AtTheDesk) else person_id
    db.session.add(
        AuditEntry(
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            service_owner_id=service_owner_id,
            person_id=person,
            detail=detail,
        )
    )


def _person_at_desk() -> int | None:
    found = getattr(current_user, "id", None) if has_request_context() else None
    return None if found is None else int(found)
