"""Limits of messages per second, kept across all workers: a bucket per gateway, and one per gateway and sender.

They are rows of PostgreSQL. Valkey would count faster, but it may be emptied, and a bucket that begins full again lets
a burst through that the gateway throttles. A bucket is asked once per batch, so that its row is no bottleneck at any
rate that a gateway with a limit has; a worker that dies takes its tokens with it, which errs on the side of too few.
"""

from collections.abc import Iterator
from math import floor

from sqlalchemy import text

from app.db import db
from app.gateway_desk.pool import Member

REFILL = text("""
insert into gateway_bucket as b (gateway, sender, tokens, at) values (:gateway, :sender, :most, clock_timestamp())
on conflict (gateway, sender) do update set at = clock_timestamp(), tokens = least(
    :most, b.tokens + :rate * greatest(0, extract(epoch from clock_timestamp() - b.at)))
returning tokens
""")

SPEND = text("""
update gateway_bucket set tokens = tokens - :spent where gateway = :gateway and sender = any(:senders)
""")

FILLED = text("""
select b.tokens + :rate * greatest(0, extract(epoch from clock_timestamp() - b.at))
from gateway_bucket as b where b.gateway = :gateway and b.sender = ''
""")


def spend(member: Member, sender: str, wanted: int) -> int:
    """Take as many tokens as are wanted and there are, and tell how many; without a limit, all."""
    limits = list(_limits(member, sender))
    if not limits:
        return wanted
    tokens = [_refilled(member.name, whose, rate) for whose, rate in limits]
    granted = max(0, min(wanted, floor(min(tokens))))
    if granted:
        senders = [whose for whose, _ in limits]
        db.session.execute(SPEND, {"spent": granted, "gateway": member.name, "senders": senders})
    return granted


def has_tokens(member: Member) -> bool:
    """Whether it is worth the while to ask the gateway's bucket: half of it is there, or at least one message's."""
    if member.rate_per_s is None:
        return True
    filled = db.session.scalar(FILLED, {"gateway": member.name, "rate": member.rate_per_s})
    return filled is None or filled >= max(1.0, most(member.rate_per_s) / 2)


def most(rate_per_s: float) -> float:
    """What a bucket holds: a second's worth, and never less than one message."""
    return max(1.0, rate_per_s)


def _limits(member: Member, sender: str) -> Iterator[tuple[str, float]]:
    """The gateway's own first, so that all lock in the same order."""
    if member.rate_per_s:
        yield "", member.rate_per_s
    if member.sender_rate_per_s and sender:
        yield sender, member.sender_rate_per_s


def _refilled(gateway: str, sender: str, rate: float) -> float:
    parameters = {"gateway": gateway, "sender": sender, "most": most(rate), "rate": rate}
    return float(db.session.execute(REFILL, parameters).scalar_one())
