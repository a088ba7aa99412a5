"""How often a person may try conditions: enough for writing one, too seldom for looking around in other networks."""

from app.queue import valkey

MOST = 10
"""Tries of one person in a minute."""

_MINUTE_S = 60


def may_try(person_id: int) -> bool:
    """Count a try, and tell whether it may be made; raises redis' errors where Valkey is away."""
    key = f"condition-tries:{person_id}"
    with valkey().pipeline() as steps:
        steps.set(key, 0, ex=_MINUTE_S, nx=True)
        steps.incr(key)
        tries = int(steps.execute()[-1])
    return tries <= MOST
