"""When each sender ID last sent to each country: read from the attempts, a stretch of time at once."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.db import db, utcnow
from app.messaging.status import AttemptOutcome, Channel, Route
from app.sender_ids.models import TrafficRead
from app.shipments.models import Shipment

STRETCH = timedelta(days=1)
OVERLAP = timedelta(minutes=30)
"""An attempt is stored when its answer comes, later than the moment that it carries."""

_READ = text("""
insert into sender_traffic (service_owner_id, country, sender, last_at)
select s.service_owner_id, n.country, a.sender, max(a.handed_over_at)
from attempt a join notification n on n.id = a.notification_id join shipment s on s.id = n.shipment_id
where a.handed_over_at >= :since and a.handed_over_at < :until
    and a.route = :real and a.outcome = :accepted and n.channel = :sms
group by s.service_owner_id, n.country, a.sender
on conflict (service_owner_id, country, sender)
do update set last_at = excluded.last_at where sender_traffic.last_at < excluded.last_at
""").bindparams(
    bindparam("real", int(Route.REAL)),
    bindparam("accepted", int(AttemptOutcome.ACCEPTED)),
    bindparam("sms", int(Channel.SMS)),
)


def read_stretch() -> bool:
    """Read the next stretch of attempts, at most a day; tells whether more is left. Reading twice changes nothing.

    What only the simulator got is no traffic. Two runs at once wait for each other on the one row.
    """
    now = utcnow()
    read_to_at = _read_to(now)
    until = min(read_to_at + STRETCH, now)
    db.session.execute(_READ, {"since": read_to_at - OVERLAP, "until": until})
    row = insert(TrafficRead).values(one=1, read_to_at=until)
    later = {"read_to_at": func.greatest(TrafficRead.read_to_at, row.excluded.read_to_at)}
    db.session.execute(row.on_conflict_do_update(index_elements=[TrafficRead.one], set_=later))
    return until < now


def _read_to(now: datetime) -> datetime:
    """Tell up to when attempts have been read; the first time, when the first shipment was placed."""
    held = db.session.scalar(select(TrafficRead.read_to_at).with_for_update())
    return held or db.session.scalar(select(Shipment.placed_at).order_by(Shipment.id).limit(1)) or now
