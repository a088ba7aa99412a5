"""Who is at the desk in this request, and what they may see and do."""

from collections.abc import Sequence
from typing import Any

from flask import abort, has_request_context
from flask_login import current_user
from sqlalchemy import ColumnElement, true

from app.accounts.models import Person, ServiceOwner


def current_person() -> Person:
    """Give the person who has signed in; 401 where nobody has."""
    at_desk = current_user._get_current_object()
    if not isinstance(at_desk, Person):
        abort(401)
    return at_desk


def person_id_at_desk() -> int | None:
    """Tell the id of the person at the desk; None where nobody has signed in, or a job acts."""
    at_desk = current_user._get_current_object() if has_request_context() else None
    return at_desk.id if isinstance(at_desk, Person) else None


def service_owner_ids() -> list[int]:
    """List the ids of the service owners that the person belongs to, closed ones too."""
    return sorted(membership.service_owner_id for membership in current_person().memberships)


def sends_for() -> Sequence[ServiceOwner]:
    """List the open service owners that the person may place orders for, by short name."""
    owners = (membership.service_owner for membership in current_person().memberships)
    return sorted((owner for owner in owners if owner.closed_at is None), key=lambda owner: owner.short_name)


def sees_every_service_owner() -> bool:
    """Whether the person sees all placed orders: administrators and support do."""
    at_desk = current_person()
    return at_desk.is_administrator or at_desk.is_support


def visible_to_me(service_owner_id: Any) -> ColumnElement[bool]:
    """Limit a statement to the service owners that the person may see; takes the column that names them."""
    if sees_every_service_owner():
        return true()
    limited: ColumnElement[bool] = service_owner_id.in_(service_owner_ids())
    return limited


def may_see(service_owner_id: int) -> bool:
    """Whether the person may see what belongs to a service owner: `visible_to_me`, of a row that was read."""
    return sees_every_service_owner() or service_owner_id in service_owner_ids()


def is_covered(service_owner_id: int) -> bool:
    """Whether addresses and texts of this service owner's orders are covered for the person.

    They are open to its senders and to administrators, covered for support.
    """
    return not (current_person().is_administrator or service_owner_id in service_owner_ids())
