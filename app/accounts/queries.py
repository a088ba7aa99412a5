"""Questions about people and service owners."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Membership, Person, ServiceOwner, ServiceOwnerLogo
from app.db import db
from app.messaging.logo import Logo
from app.web.paging import Page, Window

_WITH_OWNERS = joinedload(Person.memberships).joinedload(Membership.service_owner)


def person(person_id: int, *, locked: bool = False) -> Person | None:
    """Find a person with memberships and their service owners; `locked`, as the row is once it is ours to change."""
    if locked:
        db.session.get(Person, person_id, with_for_update=True, populate_existing=True)
    return db.session.scalars(select(Person).where(Person.id == person_id).options(_WITH_OWNERS)).unique().one_or_none()


def person_by_email(email: str) -> Person | None:
    """Find a person by e-mail address, whatever the case of its letters."""
    wanted = func.lower(Person.email) == func.lower(email.strip())
    return db.session.scalars(select(Person).where(wanted).options(_WITH_OWNERS)).unique().one_or_none()


def person_of_session(session_id: str) -> Person | None:
    """Find whose session it is: nobody's, if it was ended from elsewhere or the person is disabled."""
    person_id, _, epoch = session_id.partition(":")
    if not (person_id.isdigit() and epoch.isdigit()):
        return None
    found = person(int(person_id))
    if found is None or found.disabled_at or found.session_epoch != int(epoch):
        return None
    return found


def people(window: Window, search: str = "") -> Page[Person]:
    """List one page of people, the latest added first; `search` is a part of the name or e-mail address."""
    statement = select(Person).options(_WITH_OWNERS)
    if search:
        statement = statement.where(
            or_(Person.name.icontains(search, autoescape=True), Person.email.icontains(search, autoescape=True))
        )
    return window.page(db.session.scalars(window.narrow(statement, Person.id)).unique().all(), lambda row: row.id)


def service_owner(service_owner_id: int) -> ServiceOwner | None:
    """Find a service owner."""
    return db.session.get(ServiceOwner, service_owner_id)


def logo_of(service_owner_id: int) -> Logo | None:
    """Find the image above a service owner's formatted e-mails; None where it has none."""
    found = db.session.get(ServiceOwnerLogo, service_owner_id)
    return None if found is None else Logo(found.kind, found.image)


def service_owner_by_short_name(short_name: str) -> ServiceOwner | None:
    """Find a service owner by the name that Altinn knows it by."""
    return db.session.scalars(select(ServiceOwner).where(ServiceOwner.short_name == short_name)).one_or_none()


def service_owners() -> Sequence[ServiceOwner]:
    """List all service owners by short name, closed ones last."""
    order = (ServiceOwner.closed_at.is_not(None), ServiceOwner.short_name)
    return db.session.scalars(select(ServiceOwner).order_by(*order)).all()


def service_owners_by_id(ids: Collection[int]) -> Sequence[ServiceOwner]:
    """Find those of the service owners that exist, by short name."""
    wanted = select(ServiceOwner).where(ServiceOwner.id.in_(ids)).order_by(ServiceOwner.short_name)
    return db.session.scalars(wanted).all()


def people_per_service_owner() -> dict[int, int]:
    """Count, per service owner, the people who can send for it today."""
    counted = (
        select(Membership.service_owner_id, func.count())
        .join(Membership.person)
        .where(Person.disabled_at.is_(None))
        .group_by(Membership.service_owner_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}
