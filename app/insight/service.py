"""Rolling up: finding the days whose notifications have changed, and making their figures anew, a day at a time.

A day is that of the send time in Norway, and every notification of a shipment counts on its shipment's. The same day
may be rolled up any number of times, by anybody: its figures are put in place of those before. None of this commits.
"""

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db, driver_cursor, utcnow
from app.insight.buckets import SQL
from app.insight.models import InsightDay
from app.messaging.status import DELIVERED, ShipmentStatus
from app.shipments.models import Shipment, ShipmentCount
from app.web.formats import OSLO

RESTS_TIMES = 20
"""A day rests so many times as long as it took, so that rolling up takes a small part of one core at most."""

_MARGIN = timedelta(minutes=15)
"""A shipment may be completed some time before others see it so."""

_MOVES = (ShipmentStatus.PROCESSING, ShipmentStatus.PROCESSED)

_TOOK = "extract(epoch from s.status_at - coalesce(f.handed_over_at, a.handed_over_at))"
"""From the first hand-over until the delivery was known."""

CLEAR = ("delete from insight_count where day = %(day)s", "delete from insight_time where day = %(day)s")

ROLL_UP = """
with told as materialized (
    select h.service_owner_id, w.channel, w.country, coalesce(a.gateway, '') as gateway,
        coalesce(a.sender, case when w.channel = 2 then h.sms_sender else h.email_from end) as sender,
        s.route, s.status, coalesce(s.reason, '') as reason,
        case when s.status = any(%(delivered)s::smallint[]) then BUCKET end as bucket,
        count(*) as n
    from shipment as h
    join notification_state as s on s.shipment_id = h.id
    join notification as w on w.id = s.id
    left join attempt as a on a.notification_id = s.id and a.no = s.attempts
    left join attempt as f on f.notification_id = s.id and f.no = 1 and s.attempts > 1
    where h.requested_send_at >= %(from)s and h.requested_send_at < %(until)s and h.first_id is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
), timed as (
    insert into insight_time (day, service_owner_id, channel, route, bucket, n)
    select %(day)s, service_owner_id, channel, route, bucket, sum(n) from told where bucket is not null
    group by 2, 3, 4, 5
), counted as (
    insert into insight_count (day, service_owner_id, channel, country, gateway, sender, route, status, reason, n)
    select %(day)s, service_owner_id, channel, country, gateway, sender, route, status, reason, sum(n) from told
    group by 2, 3, 4, 5, 6, 7, 8, 9
)
select coalesce(sum(n), 0)::bigint from told
""".replace("BUCKET", SQL.replace("SECONDS", _TOOK))
# What is made or moved meanwhile is not seen: its shipment is open, and so the day is due again.


def notice() -> None:
    """Write down the days whose notifications have changed, or may have, since this was last asked."""
    since = select(func.max(InsightDay.noticed_at) - _MARGIN).scalar_subquery()
    ended = or_(Shipment.completed_at >= since, and_(Shipment.completed_at.is_not(None), since.is_(None)))
    # Two questions, each answered by its own index.
    open_ = select(_day_of(Shipment.requested_send_at)).where(Shipment.status.in_(_MOVES))
    changed = open_.union(select(_day_of(Shipment.requested_send_at)).where(ended)).subquery("changed")
    days = select(changed.c[0], func.clock_timestamp())
    found = insert(InsightDay).from_select(["day", "noticed_at"], days)
    again = {"is_due": True, "noticed_at": found.excluded.noticed_at}
    db.session.execute(found.on_conflict_do_update(index_elements=[InsightDay.day], set_=again))


def roll_next() -> date | None:
    """Make the figures of the day that has been due longest, and tell which it was; None where none is due now."""
    rested = InsightDay.rolled_at + func.make_interval(0, 0, 0, 0, 0, 0, InsightDay.took_s * RESTS_TIMES) <= utcnow()
    due = (
        select(InsightDay)
        .where(InsightDay.is_due, or_(InsightDay.rolled_at.is_(None), rested))
        .order_by(InsightDay.rolled_at.nulls_first(), InsightDay.day.desc())
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = db.session.scalars(due).first()
    if found is None:
        return None
    changes = _changes(found.day)
    if changes != found.changes:
        roll_up(found.day, changes)
    db.session.execute(update(InsightDay).where(InsightDay.day == found.day).values(is_due=False))
    return found.day


def roll_up(day: date, changes: int) -> int:
    """Make a day's figures in place of those before, and tell how many notifications they count.

    Where fewer notifications are left than were counted, their personal data has been deleted, and the figures stay.
    """
    began_at = time.monotonic()
    kept = db.session.scalar(select(InsightDay.total).where(InsightDay.day == day)) or 0
    with db.session.begin_nested() as taken_back:
        total = _make(day)
        if total < kept:
            taken_back.rollback()
    told = {"changes": changes, "total": max(total, kept), "rolled_at": utcnow(), "took_s": time.monotonic() - began_at}
    db.session.execute(update(InsightDay).where(InsightDay.day == day).values(told))
    return max(total, kept)


def _make(day: date) -> int:
    from_at, until_at = hours_of(day)
    asked = {"day": day, "from": from_at, "until": until_at, "delivered": sorted(DELIVERED.values())}
    with driver_cursor() as cursor:
        for statement in CLEAR:
            cursor.execute(statement, asked)
        cursor.execute(ROLL_UP, asked)
        (total,) = cursor.fetchall()[0]
    return int(total)


def hours_of(day: date) -> tuple[datetime, datetime]:
    """Tell when a day begins and ends in Norway, by UTC."""
    begins, ends = (datetime.combine(one, clock(), OSLO).astimezone(UTC) for one in (day, day + timedelta(days=1)))
    return begins, ends


def _changes(day: date) -> int:
    """Tell the revision of a day's notifications, from the counters that the database keeps."""
    from_at, until_at = hours_of(day)
    summed = select(func.sum(ShipmentCount.changes)).join(Shipment, Shipment.id == ShipmentCount.shipment_id)
    of_the_day = (Shipment.requested_send_at >= from_at, Shipment.requested_send_at < until_at)
    return int(db.session.scalar(summed.where(*of_the_day)) or 0)


def _day_of(moment: Any) -> ColumnElement[date]:
    return cast(func.timezone("Europe/Oslo", moment), Date)
