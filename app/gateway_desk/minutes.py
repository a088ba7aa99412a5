"""How gateways fare, counted by the minute."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from app.db import db, driver_cursor
from app.gateways import Accepted, Outcome, Refused, RefusedForNow, Uncertain

KEPT_H = 48
"""Hours that the minutes are kept."""

COUNT = """
insert into gateway_minute as m (gateway, minute, slot, accepted, refused, refused_for_now, uncertain, hand_overs,
    took_ms)
values (%(gateway)s, date_trunc('minute', clock_timestamp()), pg_backend_pid() %% 8, %(accepted)s, %(refused)s,
    %(refused_for_now)s, %(uncertain)s, 1, %(took_ms)s)
on conflict (gateway, minute, slot) do update set accepted = m.accepted + excluded.accepted,
    refused = m.refused + excluded.refused, refused_for_now = m.refused_for_now + excluded.refused_for_now,
    uncertain = m.uncertain + excluded.uncertain, hand_overs = m.hand_overs + 1, took_ms = m.took_ms + excluded.took_ms
"""

FORGET = text("delete from gateway_minute where minute < clock_timestamp() - make_interval(hours => :kept)")


def count(gateway: str, outcomes: Sequence[Outcome], began_at: datetime, ended_at: datetime) -> None:
    """Count one hand-over; the caller commits."""
    kinds = Counter(map(type, outcomes))
    told = {
        "gateway": gateway,
        "accepted": kinds[Accepted],
        "refused": kinds[Refused],
        "refused_for_now": kinds[RefusedForNow],
        "uncertain": kinds[Uncertain],
        "took_ms": max(0, round((ended_at - began_at).total_seconds() * 1000)),
    }
    with driver_cursor() as cursor:
        cursor.execute(COUNT, told)


def forget_old() -> None:
    """Remove what is kept no longer; the caller commits."""
    db.session.execute(FORGET, {"kept": KEPT_H})
