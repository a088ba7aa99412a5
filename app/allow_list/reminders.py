"""Telling by e-mail who asked for an entry that it ends soon; the page shows the same."""

from datetime import timedelta

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select

from app.accounts.models import Person
from app.allow_list import days
from app.allow_list.models import Entry, EntryStatus
from app.db import db, utcnow
from app.messaging.address import mask_phone
from app.system_email.service import post
from app.web.formats import oslo_day


def post_due() -> None:
    """Write to everybody whose active entries end within 14 days, once for each end of each entry."""
    now = utcnow()
    soon = (Entry.status == EntryStatus.ACTIVE, Entry.until_at > now, Entry.until_at <= now + timedelta(days.SOON_DAYS))
    statement = (
        select(Entry, Person)
        .join(Person, Person.id == Entry.requested_by_id)
        .where(*soon, Person.disabled_at.is_(None))
    )
    for entry, person in db.session.execute(statement.order_by(Entry.until_at, Entry.id)):
        _post(entry, person)


def _post(entry: Entry, person: Person) -> None:
    last_day = days.last_day_of(entry.until_at)
    number = mask_phone(entry.number)
    subject = gettext("A number on the allow-list ends on %(day)s", day=oslo_day(last_day))
    lines = [
        gettext(
            "The number %(number)s gets real SMS in the test environment until %(day)s.",
            number=number,
            day=oslo_day(last_day),
        ),
        gettext("If it is still needed, open the allow-list and renew it; if not, you need not do anything."),
        _address(entry.id),
    ]
    post(person.email, subject, "\n\n".join(filter(None, lines)), key=f"allow-list-ends:{entry.id}:{last_day}")


def _address(entry_id: int) -> str:
    begin = current_app.config["PUBLIC_URL"].rstrip("/")
    return f"{begin}/allow-list/{entry_id}" if begin else ""
