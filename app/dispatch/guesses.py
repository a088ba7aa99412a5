"""Wrong passwords at the webhooks: who tells too many waits, longer with each.

They are counted in Valkey by network address, as at the sign-in page; without Valkey nobody waits, for reports must not
be lost for that, and the passwords are long.
"""

import hmac
import logging
from hashlib import sha256

from flask import current_app
from redis.exceptions import RedisError
from werkzeug.wrappers import Request

from app.queue import valkey
from app.web.proxies import network_of

FREE = 10
"""Wrong passwords within an hour before anybody waits, for a gateway whose password was just changed."""

LONGEST_WAIT_S = 300
_FORGOTTEN_AFTER_S = 3600

log = logging.getLogger(__name__)


def wait_s(request: Request) -> int:
    """How many seconds the caller has to wait before it is heard; 0 where it need not."""
    try:
        left_ms = int(valkey().pttl(_key(request) + ":wait"))
    except RedisError:
        return 0
    return max(0, -(-left_ms // 1000))


def note(request: Request) -> None:
    """Count a wrong password."""
    key = _key(request)
    try:
        with valkey().pipeline() as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, _FORGOTTEN_AFTER_S)
            told = int(pipeline.execute()[0])
        if told >= FREE:
            valkey().set(key + ":wait", 1, ex=min(2 ** min(told - FREE, 10), LONGEST_WAIT_S))
            log.warning("A webhook was told %d wrong passwords within the hour from one place.", told)
    except RedisError as fault:
        log.warning("A wrong password at a webhook could not be counted (%s).", type(fault).__name__)


def _key(request: Request) -> str:
    """Of the place, without holding the address itself."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return "webhook:" + hmac.new(secret, network_of(request.remote_addr).encode(), sha256).hexdigest()[:32]
