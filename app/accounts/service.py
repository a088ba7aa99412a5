"""Deeds on people and service owners; each leaves an audit entry, none commits."""

import re
import secrets
from collections.abc import Iterable

from flask_babel import gettext
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.accounts import passwords, queries
from app.accounts.models import Membership, Person, ServiceOwner, ServiceOwnerLogo
from app.audit.service import record
from app.db import db, utcnow
from app.messaging.address import parse_email
from app.messaging.days import Days
from app.messaging.logo import Logo
from app.messaging.sender import check_sender

_SHORT_NAME = re.compile(r"[a-z][a-z0-9-]{1,19}", re.ASCII)


class AccountRefused(Exception):
    """A change of an account that cannot be made, in words; `field` names the form's field, if it is one's fault."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


def create_person(
    email: str, name: str, password: str | None, *, administrator: bool = False, support: bool = False
) -> Person:
    """Add somebody who can sign in; without a password, only once a password link has been used.

    Raises `InvalidAddress` for the e-mail address, `WeakPassword`, and `AccountRefused` for one that is taken.
    """
    address = parse_email(email).address
    if password is not None:
        passwords.refuse_weak(password, *_own_words(address, name))
    password_hash = passwords.hashed(password or secrets.token_urlsafe(32))
    person = Person(email=address, name=name.strip(), password_hash=password_hash, memberships=[])
    person.is_administrator, person.is_support = administrator, support
    _add_person(person)
    record("person.added", "person", person.id, administrator=administrator, support=support)
    return person


def _add_person(person: Person) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError as error:
        words = gettext("Somebody with this e-mail address is there already. Search for them in the list of people.")
        raise AccountRefused(words, "email") from error


def rename_person(person: Person, name: str) -> None:
    """Change how a person is called."""
    if person.name != name.strip():
        person.name = name.strip()
        record("person.renamed", "person", person.id)


def change_mobile(person: Person, mobile: str) -> None:
    """Keep a person's own number, in E.164, or forget it."""
    if person.mobile != mobile:
        person.mobile = mobile
        record("person.mobile_changed", "person", person.id)


def change_roles(person: Person, *, administrator: bool, support: bool) -> None:
    """Give or take the installation's roles; raises `AccountRefused` where no administrator would be left."""
    before = {"administrator": person.is_administrator, "support": person.is_support}
    after = {"administrator": administrator, "support": support}
    if before == after:
        return
    if person.is_administrator and not administrator:
        _keep_an_administrator(person)
    person.is_administrator, person.is_support = administrator, support
    record("person.roles_changed", "person", person.id, before=_names(before), after=_names(after))


def _names(roles: dict[str, bool]) -> list[str]:
    return [role for role, has_it in roles.items() if has_it]


def _keep_an_administrator(person: Person) -> None:
    """Refuse to lose the last administrator; the lock lets two administrators not remove each other at once."""
    administrators = select(Person.id).where(Person.is_administrator, Person.disabled_at.is_(None)).order_by(Person.id)
    left = set(db.session.scalars(administrators.with_for_update())) - {person.id}
    if not left:
        raise AccountRefused(gettext("This is the last administrator. Make somebody else administrator first."))


def change_memberships(person: Person, service_owner_ids: Iterable[int]) -> None:
    """Let a person send for exactly these service owners; whoever changes the same person at once comes after."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    db.session.expire(person, ["memberships"])
    wanted = set(service_owner_ids)
    for membership in list(person.memberships):
        if membership.service_owner_id not in wanted:
            person.memberships.remove(membership)
            _record_membership("person.membership_ended", membership)
    for service_owner in queries.service_owners_by_id(wanted - {m.service_owner_id for m in person.memberships}):
        add_membership(person, service_owner)


def add_membership(person: Person, service_owner: ServiceOwner) -> None:
    """Let a person send for a service owner; once is enough."""
    if any(membership.service_owner_id == service_owner.id for membership in person.memberships):
        return
    membership = Membership(person_id=person.id, service_owner_id=service_owner.id, service_owner=service_owner)
    person.memberships.append(membership)
    _record_membership("person.membership_added", membership)


def _record_membership(action: str, membership: Membership) -> None:
    owner = membership.service_owner
    record(action, "person", membership.person_id, service_owner_id=owner.id, service_owner=owner.short_name)


def disable(person: Person) -> None:
    """End all of a person's sessions and sign-ins; raises `AccountRefused` for the last administrator."""
    if person.disabled_at:
        return
    if person.is_administrator:
        _keep_an_administrator(person)
    person.disabled_at = utcnow()
    _end_sessions(person)
    record("person.disabled", "person", person.id)


def enable(person: Person) -> None:
    """Let a disabled person sign in again."""
    if person.disabled_at:
        person.disabled_at = None
        record("person.enabled", "person", person.id)


def sign_out_everywhere(person: Person) -> None:
    """End every session of a person, on all devices."""
    _end_sessions(person)
    record("person.signed_out_everywhere", "person", person.id)


def _end_sessions(person: Person) -> None:
    # Counted in the database: two at once must both count.
    counted = update(Person).where(Person.id == person.id).values(session_epoch=Person.session_epoch + 1)
    person.session_epoch = db.session.scalars(counted.returning(Person.session_epoch)).one()


def set_password(person: Person, password: str, *, by_id: int | None = None) -> None:
    """Give a person another password, ending every session; raises `WeakPassword`. `by_id` tells who did it."""
    passwords.refuse_weak(password, *_own_words(person.email, person.name))
    person.password_hash = passwords.hashed(password)
    _end_sessions(person)
    record("person.password_changed", "person", person.id, person_id=by_id)


def _own_words(email: str, name: str) -> list[str]:
    return [email, email.partition("@")[0], *name.split()]


def note_sign_in(person: Person, password: str) -> None:
    """Write down a sign-in, and hash the password anew where the parameters have changed since."""
    if passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hashed(password)
    person.last_seen_at = utcnow()
    record("person.signed_in", "person", person.id, person_id=person.id)


def create_service_owner(
    short_name: str, name: str, sms_sender: str, email_from: str, *, days: int = Days.EVERY
) -> ServiceOwner:
    """Add a public body that sends; raises `AccountRefused`, `InvalidSender` or `InvalidAddress`."""
    owner = ServiceOwner(name=name.strip(), sms_sender=check_sender(sms_sender), days=int(days), memberships=[])
    owner.short_name = _short_name(short_name)
    owner.email_from = parse_email(email_from).address
    try:
        with db.session.begin_nested():
            db.session.add(owner)
    except IntegrityError as error:
        raise AccountRefused(gettext("Another service owner has this short name."), "short_name") from error
    record("service_owner.added", "service_owner", owner.id, service_owner_id=owner.id, short_name=owner.short_name)
    return owner


def _short_name(text: str) -> str:
    short_name = text.strip().lower()
    if not _SHORT_NAME.fullmatch(short_name):
        words = gettext("Use 2 to 20 letters a to z, digits and hyphens, beginning with a letter, as in ttd.")
        raise AccountRefused(words, "short_name")
    return short_name


def change_service_owner(
    owner: ServiceOwner, name: str, sms_sender: str, email_from: str, *, days: int | None = None
) -> None:
    """Change the name and what new orders start with; raises `InvalidSender` or `InvalidAddress`."""
    address, kept = parse_email(email_from).address, owner.days if days is None else int(days)
    after = {"name": name.strip(), "sms_sender": check_sender(sms_sender), "email_from": address, "days": kept}
    changed = [key for key, value in after.items() if getattr(owner, key) != value]
    if not changed:
        return
    for key in changed:
        setattr(owner, key, after[key])
    record("service_owner.changed", "service_owner", owner.id, service_owner_id=owner.id, changed=sorted(changed))


def give_logo(owner: ServiceOwner, logo: Logo) -> None:
    """Let formatted e-mails of a service owner carry this image; it takes the place of another."""
    values = {"service_owner_id": owner.id, "kind": logo.kind, "image": logo.image}
    given = insert(ServiceOwnerLogo).values(values)
    db.session.execute(given.on_conflict_do_update(index_elements=["service_owner_id"], set_=values))
    record("service_owner.logo_given", "service_owner", owner.id, service_owner_id=owner.id, size=len(logo.image))


def remove_logo(owner: ServiceOwner) -> None:
    """Let its e-mails carry its name alone."""
    gone = delete(ServiceOwnerLogo).where(ServiceOwnerLogo.service_owner_id == owner.id)
    if db.session.scalar(gone.returning(ServiceOwnerLogo.service_owner_id)) is not None:
        record("service_owner.logo_removed", "service_owner", owner.id, service_owner_id=owner.id)


def close_service_owner(owner: ServiceOwner) -> None:
    """Let nobody place orders for a service owner; what is placed goes on."""
    if owner.closed_at is None:
        owner.closed_at = func.now()
        record("service_owner.closed", "service_owner", owner.id, service_owner_id=owner.id)


def reopen_service_owner(owner: ServiceOwner) -> None:
    """Let orders be placed for a closed service owner again."""
    if owner.closed_at:
        owner.closed_at = None
        record("service_owner.reopened", "service_owner", owner.id, service_owner_id=owner.id)
