"""Whether there is something to do: cheap questions, each answered by one look at an index."""

from datetime import datetime

from sqlalchemy import text

from app.db import asked, db, utcnow
from app.dispatch.claim import days_open, lanes
from app.dispatch.taking import TO_LOOK_UP

SHIPMENT_DUE = text(
    "select exists (select from shipment where status = 0 and requested_send_at <= clock_timestamp()"
    " and (not looks_up or looked_up_at is not null)"
    " and not exists (select from shipment_gate as g where g.shipment_id = shipment.id and g.opened_at is null))"
)
GATE_DUE = text(
    "select exists (select from shipment_gate as g join shipment as h on h.id = g.shipment_id"
    " where g.opened_at is null and h.status = 0 and h.requested_send_at <= clock_timestamp()"
    " and (g.held_at is null or g.met_at is not null)"
    " and (g.met_at is not null or g.ask_again_at is null or g.ask_again_at <= clock_timestamp())"
    " and (h.daytime_only = any(:lanes) and (not h.daytime_only or h.days = any(:days)) or h.channel <> 2)"
    " and not exists (select from shipment as e where e.order_id = h.order_id and e.no < h.no and e.status < 2))"
)
LOOK_UP_DUE = """
select exists (
    select from shipment as h
    where to_look_up and not exists (select from look_up_chunk as c where c.shipment_id = h.id and c.until > %(now)s)
)
""".replace("to_look_up", TO_LOOK_UP)
# Whoever is at one rings for what is left of it.
SHIPMENT_UNMADE = text("select exists (select from shipment where status = 1)")
BATCH_WAITS = text(
    "select exists (select from batch where lease_until is null and waits_for is null and isolated_at is null"
    " and daytime_only = any(:lanes) and (not daytime_only"
    " or exists (select from shipment where id = batch.shipment_id and days = any(:days)))"
    " and expires_at > clock_timestamp())"
)
RETRY_DUE = text(
    "select exists (select from (select due_at from notification_state where due_at is not null order by due_at"
    " limit 1) as first where due_at <= clock_timestamp())"
)
# Asked for the first, the planner takes the index; asked for any, it may read the whole table of which none is due.
REPORT_DUE = text("select exists (select from report_inbox where due_at <= clock_timestamp())")


def shipment_is_due() -> bool:
    """Whether a shipment's time has come."""
    return bool(db.session.scalar(SHIPMENT_DUE))


def gate_is_due() -> bool:
    """Whether a condition is to be asked, or a reminder's recipients to be chosen."""
    return bool(db.session.scalar(GATE_DUE, _open(utcnow())))


def look_up_is_due() -> bool:
    """Whether persons or organisations wait to be looked up."""
    now = utcnow()
    return bool(asked(LOOK_UP_DUE, {**_open(now), "now": now})[0][0])


def shipment_is_unmade() -> bool:
    """Whether notifications remain to be made."""
    return bool(db.session.scalar(SHIPMENT_UNMADE))


def batch_waits() -> bool:
    """Whether a batch waits that may go out now."""
    return bool(db.session.scalar(BATCH_WAITS, _open(utcnow())))


def retry_is_due() -> bool:
    """Whether a notification's time to be handed over again has come."""
    return bool(db.session.scalar(RETRY_DUE))


def report_is_due() -> bool:
    """Whether delivery reports wait to be applied."""
    return bool(db.session.scalar(REPORT_DUE))


def _open(now: datetime) -> dict[str, object]:
    return {"lanes": lanes(now), "days": days_open(now)}
