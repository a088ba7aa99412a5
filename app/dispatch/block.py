"""What is not handed over at all ends, with what the country rules said where they stopped it."""

from collections.abc import Iterable, Mapping, Sequence

from app.country_rules.terms import Policy
from app.dispatch.claim import Content
from app.dispatch.complete import complete
from app.dispatch.decide import Blocked, Letter
from app.dispatch.fall_back import fall_back, reroute
from app.dispatch.transaction import Cursor, integers
from app.messaging.status import SENDING
from app.orders.kept import keep
from app.orders.outcomes import Fate

BLOCK = """
update notification_state as s
set status = d.status, reason = d.reason, verdict_id = d.verdict_id, attempts = s.attempts - 1,
    status_at = clock_timestamp()
from unnest(%(ids)s::bigint[], %(statuses)s::smallint[], %(reasons)s::text[], %(verdicts)s::bigint[])
    as d (id, status, reason, verdict_id)
where s.id = d.id and s.status + 0 = %(sending)s
"""
# What is not handed over has made no attempt.


def block(cursor: Cursor, content: Content, blocked: Sequence[Blocked]) -> None:
    """End notifications that are not handed over at all."""
    ids = verdict_ids(content, blocked)
    cursor.execute(
        BLOCK,
        {
            "ids": integers(one.notification_id for one in blocked),
            "statuses": integers(one.status for one in blocked),
            "reasons": [one.reason for one in blocked],
            "verdicts": [ids[one.fate] for one in blocked],
            "sending": SENDING[content.channel],
        },
    )
    rerouted = [one.notification_id for one in blocked if one.fate and one.fate.policy is Policy.REROUTE]
    reroute(cursor, rerouted)
    fall_back(cursor, [one.notification_id for one in blocked])
    complete(cursor, [content.shipment_id])


def verdict_ids(content: Content, decided: Iterable[Letter | Blocked]) -> Mapping[Fate | None, int | None]:
    """Keep what the countries' rules said, each thing once, and tell its id by what was said."""
    fates = {one.fate for one in decided if one.fate is not None}
    ids: dict[Fate | None, int | None] = {None: None}
    if fates:
        ids.update(keep(content.shipment_id, list(fates)).items())
    return ids
