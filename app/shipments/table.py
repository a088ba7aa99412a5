"""The tables of notifications: a page of 50 at the desk, or one stretch after another of a download."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.db import db
from app.messaging.scheme import channel_of
from app.messaging.status import Channel, Route, Status
from app.shipments.models import Notification, NotificationState
from app.shipments.selection import Block, Selection, ids
from app.shipments.stretch import Stretch
from app.web.paging import Page, Window

_COLUMNS = (
    Notification.part,
    Notification.row_no,
    Notification.address,
    Notification.country,
    Notification.instead_of,
    NotificationState.status,
    NotificationState.route,
    NotificationState.route_reason,
    NotificationState.route_reason_at,
    NotificationState.uncertain,
    NotificationState.attempts,
    NotificationState.reason,
    NotificationState.due_at,
    NotificationState.status_at,
)
STRETCH = 2000
"""How many notifications a download reads at a time."""


@dataclass(frozen=True, slots=True)
class Line:
    """One notification as a table shows it."""

    id: int
    part: int
    row_no: int
    address: str
    country: str
    instead_of: int | None
    """The notification on the other channel that failed, for which this one was made."""
    status: Status
    route: Route
    route_reason: int | None
    """A `RouteReason`; None until the route is decided."""
    route_reason_at: datetime | None
    is_uncertain: bool
    attempts: int
    reason: str | None
    due_at: datetime | None
    status_at: datetime

    @property
    def channel(self) -> Channel:
        """How it travels."""
        return channel_of(self.status)

    @property
    def is_simulated(self) -> bool:
        """Whether it went to the simulator and so reaches nobody."""
        return self.route is Route.SIMULATED


def page_of(block: Block, selection: Selection, window: Window) -> Page[Line]:
    """Give one page of a shipment's notifications in the order of its recipients."""
    return window.page(_read(block, selection, Stretch.of(window)), key=lambda line: line.id)


def stretches(block: Block, selection: Selection) -> Iterator[Sequence[Line]]:
    """Give all selected notifications in stretches of `STRETCH`, each by a question of its own.

    Nothing of the database needs to be held between two of them: the caller may end the transaction, so that a slow
    reader keeps neither a connection nor old rows.
    """
    last_id = 0
    while lines := _read(block, selection, Stretch(low=last_id, limit=STRETCH)):
        yield lines
        last_id = lines[-1].id


def lines_of(notification_ids: Sequence[int]) -> list[Line]:
    """Tell how these notifications stand, in the order of their ids; unknown ones are left out."""
    both = (NotificationState.id == Notification.id, Notification.id.in_(notification_ids))
    statement = select(Notification.id, *_COLUMNS).where(*both).order_by(Notification.id)
    return [_line(*row) for row in db.session.execute(statement)]


def _read(block: Block, selection: Selection, stretch: Stretch) -> list[Line]:
    """The page of ids is found before anything is joined: a plan that joins first may walk the whole shipment."""
    wanted = ids(block, selection, stretch).subquery("wanted").c.id
    joined = (
        select(wanted)
        .join(NotificationState, NotificationState.id == wanted)
        .join(Notification, Notification.id == wanted)
    )
    statement = stretch.by_key(joined, wanted).with_only_columns(wanted, *_COLUMNS)
    return [_line(*row) for row in db.session.execute(statement)]


def _line(
    notification_id: int,
    part: int,
    row_no: int,
    address: str,
    country: str,
    instead_of: int | None,
    status: int,
    route: int,
    *rest: Any,
) -> Line:
    return Line(notification_id, part, row_no, address, country, instead_of, Status(status), Route(route), *rest)
