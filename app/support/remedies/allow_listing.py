"""Asking for the numbers of simulated failures on the allow-list: requests like a sender's; administrators decide."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.allow_list import requests
from app.allow_list.forms import RequestForm
from app.allow_list.requests import Asked, Wish
from app.audit.service import record
from app.db import db
from app.messaging.scheme import channel_of
from app.messaging.status import Channel
from app.shipments.models import Notification
from app.support.failures.models import Failure
from app.support.failures.queries import Group
from app.web import days
from app.web.formats import counted


class AllowListForm(RequestForm):
    """What is said of the numbers; which they are, and for whom, the failures say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.service_owner, self.numbers, self.file, self.confirmed

    def wish(self, service_owner_id: int) -> Wish:
        """Give what was said; raises `AllowListRefused` where the days cannot be those of an entry."""
        first, last = self.from_on.data or days.today(), self.until_on.data or days.today()
        requests.check_days(first, last)
        said = (self.holder.data, self.consent_on.data, self.consent_how.data, self.purpose.data)
        return Wish(service_owner_id, *said, first, last, self.note.data or "", bool(self.is_tenor.data))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of failures, each once: those that can be asked for, and how many cannot."""

    good: list[Asked]
    left: int
    """On the list already, or requested."""


def may_be_asked_for(group: Group) -> bool:
    """Whether the failures would have gone to phones if their numbers were on the allow-list."""
    return group.is_simulated and channel_of(group.status) is Channel.SMS


def numbers(group: Group, notification_id: int | None) -> Numbers:
    """Read the numbers of a group, or of one notification of it; at most as many as one request may have."""
    mine = select(Notification.address).join(Failure, Failure.notification_id == Notification.id)
    mine = mine.where(Failure.group_id == group.id, Notification.address.startswith("+"))
    if notification_id is not None:
        mine = mine.where(Notification.id == notification_id)
    found = db.session.scalars(mine.distinct().order_by(Notification.address).limit(requests.MOST_AT_ONCE)).all()
    asked = requests.from_pasted("\n".join(found))
    good = [one for one in asked if one.number]
    return Numbers(good, len(asked) - len(good))


def start(today: date) -> dict[str, date]:
    """Give the days that a request starts with."""
    return {"from_on": today, "until_on": requests.usual_last_day(today)}


def ask(group: Group, wish: Wish, good: list[Asked], person: Person) -> int:
    """Request the numbers, and tell how many were; somebody else may have been faster with some."""
    made, _ = requests.request(wish, good, person.id)
    owner_id, many = group.service_owner_id, counted(len(made), "number")
    record("failures.asked", "failure_group", group.id, service_owner_id=owner_id, what="allow_list", reason=many)
    return len(made)
