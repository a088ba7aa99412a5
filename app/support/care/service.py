"""Deeds on single notifications: assign, note, follow; and telling those who follow what came of it."""

from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Person
from app.audit.service import record
from app.db import db, driver_cursor
from app.messaging.status import Route, Status
from app.orders.follow import words
from app.orders.follow.queries import Head
from app.shipments.models import NotificationState
from app.support.care import queries
from app.support.care.models import NotificationCare, NotificationFollow, NotificationNote
from app.system_email.service import post

FOLLOW_ON = """
insert into notification_follow (notification_id, person_id, told_at)
select l.new_id, f.person_id, l.at
from notification_follow as f join remedy_line as l on l.notification_id = f.notification_id
where l.new_id is not null
union
select w.id, f.person_id, f.told_at
from notification_follow as f join notification as w on w.id = f.notification_id + 1
where w.instead_of = f.notification_id
on conflict do nothing
"""
# On the other channel a notification's successor has the next id.


def assign(notification_id: int, head: Head, person: Person | None) -> None:
    """Give a notification to a colleague, or to nobody."""
    db.session.execute(delete(NotificationCare).where(NotificationCare.notification_id == notification_id))
    if person is not None:
        row = insert(NotificationCare).values(notification_id=notification_id, assigned_to_id=person.id)
        theirs = {"assigned_to_id": person.id}
        db.session.execute(row.on_conflict_do_update(index_elements=["notification_id"], set_=theirs))
    _record("assigned", notification_id, head, to="nobody" if person is None else person.name)


def note(notification_id: int, head: Head, person_id: int, said: str) -> None:
    """Write a note about it, and let those who care for it know that there is one."""
    written = NotificationNote(notification_id=notification_id, person_id=person_id, words=said)
    db.session.add(written)
    db.session.flush()
    _record("noted", notification_id, head, note=written.id)
    subject = gettext("A note was written about notification %(number)s", number=notification_id)
    for person in queries.who_care(notification_id):
        if person.id != person_id:
            post(person.email, subject, _url(notification_id), key=f"notification-note-{written.id}-{person.id}")


def follow(notification_id: int, person_id: int) -> None:
    """Let somebody hear by e-mail what becomes of it."""
    row = insert(NotificationFollow).values(notification_id=notification_id, person_id=person_id)
    db.session.execute(row.on_conflict_do_nothing())


def unfollow(notification_id: int, person_id: int) -> None:
    """Let somebody hear of it no longer."""
    theirs = (NotificationFollow.notification_id == notification_id, NotificationFollow.person_id == person_id)
    db.session.execute(delete(NotificationFollow).where(*theirs))


def tell_news() -> int:
    """Post to those who follow what has become final since, and follow what is sent instead; tell how many e-mails."""
    with driver_cursor() as cursor:
        cursor.execute(FOLLOW_ON)
    told = update(NotificationFollow).where(*queries.news()).values(told_at=NotificationState.status_at)
    follow_ = (NotificationFollow.notification_id, NotificationFollow.person_id, NotificationFollow.told_at)
    moved = db.session.execute(told.returning(*follow_, NotificationState.status, NotificationState.route)).all()
    who = select(Person).where(Person.id.in_({row.person_id for row in moved}), Person.disabled_at.is_(None))
    emails = {person.id: person.email for person in db.session.scalars(who)}
    for notification_id, person_id, at, status, route in moved:
        if person_id in emails:
            key = f"notification-{notification_id}-{at:%Y%m%d%H%M%S%f}-{person_id}"
            post(emails[person_id], _became(notification_id, status, route), _url(notification_id), key=key)
    return len(moved)


def _became(notification_id: int, status: int, route: int) -> str:
    named = words.status(Status(status), is_simulated=route == Route.SIMULATED)
    return gettext("Notification %(number)s: %(status)s", number=notification_id, status=named)


def _record(deed: str, notification_id: int, head: Head, **detail: Any) -> None:
    owner_id = head.service_owner_id
    record(f"notification.{deed}", "notification", notification_id, service_owner_id=owner_id, **detail)


def _url(notification_id: int) -> str:
    return f"{str(current_app.config['PUBLIC_URL']).rstrip('/')}/notifications/{notification_id}"
