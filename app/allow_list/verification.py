"""Proving that a phone is one's own: a code goes to it by SMS, and comes back within five minutes and five tries."""

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from flask import current_app
from flask_babel import gettext
from sqlalchemy import func, select, text, update

from app.allow_list import queries
from app.allow_list.models import Code, Entry, EntryStatus
from app.allow_list.refusals import AllowListRefused
from app.allow_list.requests import note
from app.db import db, utcnow
from app.queue import ring

LASTS = timedelta(minutes=5)
MOST_TRIES = 5
REST = timedelta(minutes=1)
"""Between two codes to one number."""

PER_NUMBER, PER_PERSON = 5, 20
"""Codes within an hour."""

TEXT = "Your code in Varsel is %(code)s. It holds for five minutes. If you did not expect it, you need not do anything."
_LOCK = text("select pg_advisory_xact_lock(hashtext('allow_list_code'))")


def ask(entry: Entry, person_id: int) -> None:
    """Have a code sent to an active entry's phone; raises `AllowListRefused` where that is not to be done now."""
    if queries.standing(entry) is not EntryStatus.ACTIVE:
        raise AllowListRefused(gettext("Only an active number is sent a code."))
    if entry.verified_at:
        raise AllowListRefused(gettext("This number is verified already."))
    db.session.execute(_LOCK)
    _refuse_too_many(entry, person_id)
    code = Code(entry_id=entry.id, asked_by_id=person_id)
    db.session.add(code)
    db.session.flush()
    note("code_asked", entry)
    ring("dispatch", "app.allow_list.jobs.send_code", code.id)


def _refuse_too_many(entry: Entry, person_id: int) -> None:
    now = utcnow()
    hour = Code.asked_at > now - timedelta(hours=1)
    same_number = Code.entry_id.in_(select(Entry.id).where(Entry.number == entry.number))
    number, last = db.session.execute(select(func.count(), func.max(Code.asked_at)).where(hour, same_number)).one()
    if last is not None and last > now - REST:
        raise AllowListRefused(gettext("A code was sent a moment ago. Wait a minute before asking for another."))
    if number >= PER_NUMBER:
        raise AllowListRefused(gettext("This number was sent enough codes for now. Try again in an hour."))
    asked = db.session.scalar(select(func.count()).where(hour, Code.asked_by_id == person_id)) or 0
    if asked >= PER_PERSON:
        raise AllowListRefused(gettext("You have asked for many codes. Try again in an hour."))


def make(code: Code) -> str | None:
    """Make the code itself and keep only its digest; None where somebody has done so before."""
    digits = f"{secrets.randbelow(1_000_000):06d}"
    unmade = update(Code).where(Code.id == code.id, Code.digest.is_(None))
    made = db.session.scalar(unmade.values(digest=_digest(code.id, digits), sent_at=utcnow()).returning(Code.id))
    return digits if made else None


def enter(entry: Entry, typed: str) -> None:
    """Take a code that the phone's owner read from it: the locked entry is verified; raises `AllowListRefused`.

    Every try counts, so the caller commits also where this raises.
    """
    code = db.session.scalar(
        select(Code).where(Code.entry_id == entry.id).order_by(Code.id.desc()).limit(1).with_for_update()
    )
    if code is None or code.sent_at is None or code.used_at or code.sent_at + LASTS <= utcnow():
        raise AllowListRefused(gettext("The code is no longer valid. Ask for a new one."), "code")
    if code.tries >= MOST_TRIES:
        raise AllowListRefused(gettext("That were five tries. Ask for a new code."), "code")
    code.tries += 1
    if not hmac.compare_digest(code.digest or "", _digest(code.id, typed.replace(" ", ""))):
        raise AllowListRefused(gettext("That is not the code. Look at the last SMS."), "code")
    code.used_at = entry.verified_at = utcnow()
    note("verified", entry)


def _digest(code_id: int, digits: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"allow-list:{code_id}:{digits}".encode(), sha256).hexdigest()
