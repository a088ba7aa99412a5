"""Deeds on groups of failures: assign, note, follow; each that others must know of leaves an audit entry."""

from flask import current_app
from flask_babel import gettext
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Person
from app.audit.service import record
from app.db import db
from app.support.failures import queries, words
from app.support.failures.models import DeskFollow, DeskNote, FailureGroup
from app.support.failures.queries import Group
from app.system_email.service import post


def assign(group: Group, person: Person | None) -> None:
    """Give a group to a colleague, or to nobody."""
    to = None if person is None else person.id
    db.session.execute(update(FailureGroup).where(FailureGroup.id == group.id).values(assigned_to_id=to))
    named = "nobody" if person is None else person.name
    record("failures.assigned", "failure_group", group.id, service_owner_id=group.service_owner_id, to=named)


def note(group: Group, person_id: int, said: str) -> None:
    """Write a note about a group, and let those who follow it know that there is one."""
    written = DeskNote(group_id=group.id, person_id=person_id, words=said)
    db.session.add(written)
    db.session.flush()
    record("failures.noted", "failure_group", group.id, service_owner_id=group.service_owner_id, note=written.id)
    tell(
        group, f"note-{written.id}", gettext("A note was written about: %(group)s", group=words.title(group)), person_id
    )


def follow(group_id: int, person_id: int) -> None:
    """Let somebody hear of a group by e-mail."""
    db.session.execute(insert(DeskFollow).values(group_id=group_id, person_id=person_id).on_conflict_do_nothing())


def unfollow(group_id: int, person_id: int) -> None:
    """Let somebody hear of it no longer."""
    theirs = (DeskFollow.group_id == group_id, DeskFollow.person_id == person_id)
    db.session.execute(delete(DeskFollow).where(*theirs))


def tell(group: Group, key: str, subject: str, but_not: int | None = None) -> None:
    """Post an e-mail to all who follow a group, but not to who did it; `key` makes it one for ever."""
    for person in queries.followers(group.id):
        if person.id != but_not:
            post(person.email, subject, told(group), key=f"{key}-{person.id}")


def told(group: Group) -> str:
    """What an e-mail says of a group."""
    begin = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    return "\n\n".join((words.what(group), words.advice(group), f"{begin}/failures/{group.id}"))
