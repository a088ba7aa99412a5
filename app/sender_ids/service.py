"""Deeds on registrations: begin, change what one says, move it on; each is audited, none commits."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.accounts.current import person_id_at_desk
from app.accounts.models import ServiceOwner
from app.audit.service import record
from app.country_rules.in_force import register_in_force
from app.country_rules.senders import objections
from app.country_rules.terms import Confidence, Outcome, RegistrationStatus
from app.db import db
from app.messaging.phone_metadata import counted_country
from app.messaging.sender import check_sender
from app.sender_ids import days, reading
from app.sender_ids.fields import BY_NAME
from app.sender_ids.models import RegistrationChange, RegistrationStep, SenderRegistration
from app.sender_ids.moves import CHANGEABLE, Move, Mover, move
from app.sender_ids.refusals import RegistrationRefused
from app.sender_ids.telling import tell
from app.sender_ids.values import written


def begin(
    owner: ServiceOwner,
    country: str,
    sender: str,
    said: Mapping[str, Any],
    movers: frozenset[Mover],
    status: RegistrationStatus = RegistrationStatus.DRAFT,
) -> SenderRegistration:
    """Begin the registration of an exact sender ID in a country, or bring over one that is approved already.

    Raises `RegistrationRefused` where the sender ID cannot be one there, or where one is open already.
    """
    code, spelled = allowed(owner, country, sender)
    row = SenderRegistration(service_owner_id=owner.id, country=code, sender=spelled, status=status.value)
    _may(None, status, movers)
    require_order(said.get("valid_from"), said.get("valid_until"))
    for name, value in said.items():
        setattr(row, name, value)
    row.created_by_id, row.revision = person_id_at_desk(), 1
    if status is RegistrationStatus.APPROVED:
        _approve(row)
    _add(row)
    _step(row, None, status, "", person_id_at_desk())
    return row


def allowed(owner: ServiceOwner, country: str, sender: str) -> tuple[str, str]:
    """Give the country and the sender ID as they are kept; raises `RegistrationRefused` where it cannot be one."""
    register, country = register_in_force(), counted_country(country.strip().upper())
    if country not in register.countries:
        raise RegistrationRefused(gettext("No rules are known of this country."), "country")
    against = objections(register, country, sender, owner.short_name, days.today_in(country))
    for objection in against:
        if objection.outcome is Outcome.WILL_FAIL and objection.confidence is not Confidence.LOW:
            raise RegistrationRefused(gettext(objection.words), "sender")
    return country, check_sender(sender)


def _add(row: SenderRegistration) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as fault:
        words = gettext("This sender ID has a registration in this country already, which is not at its end.")
        raise RegistrationRefused(words, "sender") from fault


def change(row: SenderRegistration, said: Mapping[str, Any], movers: frozenset[Mover]) -> list[str]:
    """Change what a locked registration says; gives the names of the fields that changed.

    Raises `RegistrationRefused` where nobody changes it in its status.
    """
    require_changeable(row, movers)
    require_order(said.get("valid_from", row.valid_from), said.get("valid_until", row.valid_until))
    return keep(row, said)


def keep(row: SenderRegistration, said: Mapping[str, Any]) -> list[str]:
    """Keep what a locked registration says from now on, whoever may; gives the names of the fields that changed."""
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    for name in changed:
        _change_one(row, name, said[name])
    if changed:
        touch(row)
        note("changed", row, changed=[str(BY_NAME[name].label) for name in changed])
    return changed


def require_changeable(row: SenderRegistration, movers: frozenset[Mover]) -> None:
    """Raise `RegistrationRefused` where none of these changes a registration in its status."""
    if not any(reading.standing_of(row) in CHANGEABLE.get(mover, ()) for mover in movers):
        raise RegistrationRefused(gettext("In its status it cannot be changed."))


def require_order(first: date | None, end: date | None) -> None:
    """Raise `RegistrationRefused` where it would end before it begins."""
    if first and end and end <= first:
        raise RegistrationRefused(gettext("It ends before it begins."), "valid_until")


def _change_one(row: SenderRegistration, name: str, value: Any) -> None:
    old = written(BY_NAME[name], getattr(row, name))
    setattr(row, name, value)
    db.session.add(
        RegistrationChange(
            registration_id=row.id,
            revision=row.revision + 1,
            field=name,
            old=old,
            new=written(BY_NAME[name], value),
            person_id=person_id_at_desk(),
        )
    )


def move_on(
    row: SenderRegistration,
    new: RegistrationStatus,
    movers: frozenset[Mover],
    *,
    reason: str = "",
    due_on: date | None = None,
) -> None:
    """Move a locked registration to another status; raises `RegistrationRefused` where the table has no such move,
    the person is not among its movers, its reason is missing, or the country wants more than there is.
    """
    old = reading.standing_of(row)
    one = _may(old, new, movers)
    if one.needs_reason and not reason.strip():
        raise RegistrationRefused(gettext("Give a reason; whoever asked reads it."), "reason")
    if new in (RegistrationStatus.SUBMITTED, RegistrationStatus.IN_REVIEW, RegistrationStatus.APPROVED):
        _require_whole(row)
    if new is RegistrationStatus.APPROVED:
        _approve(row)
    if old.value != row.status:
        _enter(row, RegistrationStatus(row.status), old, "", person_id=None)
    row.due_on = due_on
    _enter(row, old, new, reason.strip(), person_id=person_id_at_desk())
    tell(row, new, reason.strip(), person_id_at_desk())


def _may(old: RegistrationStatus | None, new: RegistrationStatus, movers: frozenset[Mover]) -> Move:
    one = move(old, new)
    if one is None or not one.by & movers:
        raise RegistrationRefused(gettext("Somebody was faster, or its time is over: look at what it is now."))
    return one


def _require_whole(row: SenderRegistration) -> None:
    lacking = [str(words) for words in reading.lacking(row)]
    if lacking:
        raise RegistrationRefused(gettext("This is missing: %(fields)s.", fields=", ".join(lacking)))


def _approve(row: SenderRegistration) -> None:
    today = days.today_in(row.country)
    if row.valid_until and row.valid_until <= today:
        raise RegistrationRefused(gettext("Its end has passed: write down until when it is approved."), "valid_until")
    row.approved_on = today
    row.valid_from = row.valid_from or today


def _enter(
    row: SenderRegistration,
    old: RegistrationStatus,
    new: RegistrationStatus,
    reason: str,
    *,
    person_id: int | None,
) -> None:
    try:
        with db.session.begin_nested():
            row.status, row.status_reason, row.status_at = new.value, reason, func.clock_timestamp()
            touch(row)
            db.session.flush()
    except IntegrityError as fault:
        words = gettext("Another registration of this sender ID has been begun in this country. Go on with that one.")
        raise RegistrationRefused(words) from fault
    _step(row, old, new, reason, person_id)


def _step(
    row: SenderRegistration,
    old: RegistrationStatus | None,
    new: RegistrationStatus,
    reason: str,
    person_id: int | None,
) -> None:
    step = RegistrationStep(registration_id=row.id, new_status=new.value, reason=reason, person_id=person_id)
    step.old_status = old.value if old else None
    db.session.add(step)
    note("moved" if old else "begun", row, person_id=person_id, old=old.value if old else "", new=new.value)


def touch(row: SenderRegistration) -> None:
    """Count the revision up, so that every page that shows the registration sees that it is another."""
    row.revision += 1
    row.changed_at = func.clock_timestamp()


def note(deed: str, row: SenderRegistration, **detail: Any) -> None:
    """Leave an audit entry about a registration."""
    told = {"sender": row.sender, "country": row.country, **detail}
    record(f"sender_id.{deed}", "sender_registration", row.id, service_owner_id=row.service_owner_id, **told)


def locked(registration_ids: Sequence[int]) -> Sequence[SenderRegistration]:
    """Hold registrations until the commit, in the order of their ids."""
    found = select(SenderRegistration).where(SenderRegistration.id.in_(registration_ids))
    held = found.order_by(SenderRegistration.id).with_for_update()
    return db.session.scalars(held.execution_options(populate_existing=True)).all()
