"""Two people who edit the same registration: what the first changed is kept, and the second is told where they meet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.sender_ids import reading
from app.sender_ids.fields import BY_NAME
from app.sender_ids.models import SenderRegistration
from app.sender_ids.values import written


@dataclass(frozen=True, slots=True)
class Meeting:
    """A field that somebody else changed since the form was opened: before, after, and what is typed now."""

    name: str
    label: str
    before: str
    after: str
    typed: str
    person: str
    at: datetime


@dataclass(slots=True)
class Merged:
    """What is to be kept of a form: the values, what was left to somebody else's change, and where both wrote."""

    said: dict[str, Any]
    left: list[Meeting] = field(default_factory=list)
    met: list[Meeting] = field(default_factory=list)


def merged(row: SenderRegistration, said: Mapping[str, Any], revision: int) -> Merged:
    """Merge what was typed on a form of an earlier revision with what has been changed since, field by field.

    A field that the form left as it was keeps the other's change; one that both changed to different things is met.
    """
    answer = Merged(dict(said))
    for meeting in _meetings(row, said, revision):
        if meeting.typed == meeting.after:
            continue
        if meeting.typed == meeting.before:
            del answer.said[meeting.name]
            answer.left.append(meeting)
        else:
            answer.met.append(meeting)
    return answer


def _meetings(row: SenderRegistration, said: Mapping[str, Any], revision: int) -> list[Meeting]:
    befores: dict[str, str] = {}
    found: dict[str, Meeting] = {}
    for one, person in reading.changes(row.id, revision):
        before = befores.setdefault(one.field, one.old)
        if one.field in said:
            kept = BY_NAME[one.field]
            after, typed = written(kept, getattr(row, one.field)), written(kept, said[one.field])
            found[one.field] = Meeting(one.field, str(kept.label), before, after, typed, person or "", one.at)
    return list(found.values())
