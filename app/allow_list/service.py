"""Deeds on entries of the allow-list; each leaves an audit entry, none commits."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import gettext
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Person
from app.allow_list import days, queries
from app.allow_list.models import Cap, Entry, EntryStatus, KrrStatus
from app.allow_list.refusals import AllowListRefused
from app.allow_list.requests import note
from app.audit.service import record
from app.db import db, utcnow
from app.web.days import end_of, today
from app.web.formats import OSLO

ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('allow_list_cap'))"


@dataclass(slots=True)
class Decided:
    """What came of deciding many at once: how many were decided, and what stood against the others, by entry."""

    count: int = 0
    refused: dict[int, str] = field(default_factory=dict)


def approve_many(entry_ids: Iterable[int], person: Person) -> Decided:
    """Approve each that can be; the others stay requested, each with its reason."""
    return _each(entry_ids, lambda entry: approve(entry, person))


def reject_many(entry_ids: Iterable[int], person: Person, reason: str) -> Decided:
    """Reject each that is still requested."""
    return _each(entry_ids, lambda entry: reject(entry, person, reason))


def _each(entry_ids: Iterable[int], deed: Callable[[Entry], None]) -> Decided:
    decided = Decided()
    for entry in locked(sorted(set(entry_ids))):
        try:
            deed(entry)
            decided.count += 1
        except AllowListRefused as refused:
            decided.refused[entry.id] = str(refused)
    return decided


def approve(entry: Entry, person: Person) -> None:
    """Let a locked, requested entry count from its first day; raises `AllowListRefused`."""
    _require(entry, EntryStatus.REQUESTED)
    if entry.until_at <= utcnow():
        raise AllowListRefused(gettext("Its last day has passed. Ask for the number again."))
    alone = _approves_alone(entry, person)
    _refuse_beyond_caps(entry)
    entry.status, entry.decided_by_id, entry.decided_at = EntryStatus.ACTIVE, person.id, utcnow()
    entry.decided_alone = alone
    note("approved", entry, person_id=person.id, alone=alone)


def _approves_alone(entry: Entry, person: Person) -> bool:
    """Whether somebody approves their own request, which only the one administrator of an installation may."""
    if entry.requested_by_id != person.id:
        return False
    counted = select(func.count()).where(Person.is_administrator, Person.disabled_at.is_(None))
    if (db.session.scalar(counted) or 0) > 1:
        raise AllowListRefused(gettext("Nobody approves their own request. Ask another administrator."))
    return True


def _refuse_beyond_caps(entry: Entry) -> None:
    # Two approvals at the same moment must not both take the last place.
    db.session.execute(text(ONE_AT_A_TIME))
    db.session.flush()
    caps = queries.caps()
    active = queries.active_per_service_owner()
    if sum(active.values()) >= caps.whole:
        words = gettext(
            "The installation has its %(most)s active numbers. Revoke one, or raise the cap.", most=caps.whole
        )
        raise AllowListRefused(words)
    most = caps.of(entry.service_owner_id)
    if active.get(entry.service_owner_id, 0) >= most:
        words = gettext("The service owner has its %(most)s active numbers. Revoke one, or raise its cap.", most=most)
        raise AllowListRefused(words)


def reject(entry: Entry, person: Person, reason: str) -> None:
    """Turn a locked, requested entry down, with a reason; raises `AllowListRefused`."""
    _require(entry, EntryStatus.REQUESTED)
    _require_reason(reason)
    entry.status, entry.decided_by_id, entry.decided_at = EntryStatus.REJECTED, person.id, utcnow()
    entry.reason = reason.strip()
    note("rejected", entry, person_id=person.id)


def revoke(entry: Entry, reason: str) -> None:
    """End a locked, active entry now: the next hand-over goes to the simulator; raises `AllowListRefused`."""
    _require(entry, EntryStatus.ACTIVE)
    _require_reason(reason)
    entry.status, entry.ended_at, entry.reason = EntryStatus.REVOKED, utcnow(), reason.strip()
    note("revoked", entry)


def renew(entry: Entry) -> date:
    """Let a locked, active entry go on for 90 days, at most to 365 after its beginning; gives the new last day.

    Raises `AllowListRefused` where it has ended, or goes on that long already.
    """
    _require(entry, EntryStatus.ACTIVE)
    first = entry.from_at.astimezone(OSLO).date()
    furthest = first + timedelta(days=days.MOST_DAYS - 1)
    last = min(today() + timedelta(days=days.USUAL_DAYS), furthest)
    if end_of(last) <= entry.until_at:
        words = gettext("It cannot be renewed further: an entry lasts %(most)s days at most.", most=days.MOST_DAYS)
        raise AllowListRefused(words)
    entry.until_at = end_of(last)
    note("renewed", entry, until=last.isoformat())
    return last


def set_krr(entry: Entry, *, is_tenor: bool, status: KrrStatus, asked_on: date | None) -> None:
    """Say whether the number is a Tenor test person's, and how far its own listing at KRR is."""
    entry.is_tenor, entry.krr_status = is_tenor, status
    entry.krr_asked_on = asked_on if status is not KrrStatus.NOT_ASKED else None
    note("krr_changed", entry, status=status.name.lower(), is_tenor=is_tenor)


def change_caps(whole: int, of_owners: dict[int, int]) -> None:
    """Set how many entries may be active: in the installation, and for each service owner."""
    before = queries.caps()
    for owner_id, most in {0: whole, **of_owners}.items():
        known = before.whole if owner_id == 0 else before.of(owner_id)
        if most != known:
            _change_cap(owner_id, known, most)


def _change_cap(owner_id: int, before: int, most: int) -> None:
    row = insert(Cap).values(service_owner_id=owner_id, most=most)
    now = {"most": row.excluded.most, "changed_at": func.clock_timestamp()}
    db.session.execute(row.on_conflict_do_update(index_elements=[Cap.service_owner_id], set_=now))
    record(
        "allow_list.cap_changed", "allow_list_cap", owner_id, service_owner_id=owner_id or None, old=before, new=most
    )


def locked(entry_ids: Sequence[int]) -> Sequence[Entry]:
    """Hold entries until the commit, in the order of their ids."""
    found = select(Entry).where(Entry.id.in_(entry_ids)).order_by(Entry.id).with_for_update()
    return db.session.scalars(found.execution_options(populate_existing=True)).all()


def _require(entry: Entry, status: EntryStatus) -> None:
    now = queries.standing(entry)
    if now is not status:
        raise AllowListRefused(gettext("Somebody was faster, or its time is over: look at what it is now."))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise AllowListRefused(gettext("Give a reason; the person who asked reads it."), "reason")
