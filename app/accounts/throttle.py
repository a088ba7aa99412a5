"""How often somebody may try to sign in: counted in Valkey by network address and by account, with a growing wait.

What waits is never the account as such: tries from a browser that has signed in to it before are counted apart, so that
strangers cannot keep its owner out ("device cookies", OWASP), and no wait is longer than a quarter of an hour. A fixed
number per minute, as flask-limiter counts, would slow a guesser no more after the hundredth try than after the first.
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Request, Response

from app.queue import valkey
from app.web.proxies import network_of

_ENTER = """
local wait = 0
for pair = 0, 1 do
  wait = math.max(wait, redis.call('PTTL', KEYS[2 * pair + 2]))
end
if wait > 0 then return wait end
for pair = 0, 1 do
  local tries = redis.call('INCR', KEYS[2 * pair + 1])
  redis.call('PEXPIRE', KEYS[2 * pair + 1], ARGV[1])
  local beyond = tries - tonumber(ARGV[3 * pair + 2])
  if beyond >= 0 then
    local doubled = tonumber(ARGV[3 * pair + 3]) * 2 ^ math.min(beyond, 30)
    redis.call('SET', KEYS[2 * pair + 2], 1, 'PX', math.floor(math.min(doubled, tonumber(ARGV[3 * pair + 4]))))
  end
end
return 0
"""
_GIVE_BACK = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if redis.call('DECR', KEYS[1]) < tonumber(ARGV[1]) then redis.call('DEL', KEYS[2]) end
return 1
"""

_FORGOTTEN_AFTER_MS = 3600 * 1000
_BROWSER_COOKIE = "varsel_browser"
_BROWSER_LASTS_S = 180 * 86400


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries at once; then a wait that doubles with each, up to the longest."""

    free: int
    first_wait_s: float
    longest_wait_s: float

    def in_ms(self) -> tuple[int, int, int]:
        """Give the tries, and the waits in milliseconds."""
        return self.free, int(self.first_wait_s * 1000), int(self.longest_wait_s * 1000)


BY_ADDRESS = Limit(30, 15, 300)
"""Generous, since a whole office may share an address; the tries that succeed are given back."""

BY_ACCOUNT = Limit(5, 15, 900)


@dataclass(frozen=True, slots=True)
class Try:
    """One try to sign in to one account from one place."""

    address: str
    account: str
    browser: str

    @property
    def keys(self) -> tuple[str, str, str, str]:
        """The counter and the wait of the address, then those of the account."""
        here, there = f"tries:address:{self.address}", f"tries:account:{self.account}:{self.browser}"
        return here, f"{here}:wait", there, f"{there}:wait"


def try_of(request: Request, email: str) -> Try:
    """Say who tries: the network, the account whether it exists or not, and the browser if the account knows it."""
    account = _account(email)
    return Try(_covered(network_of(request.remote_addr)), account, _known_browser(request, account))


def enter(attempt: Try) -> int:
    """Count a try before it is made, and give 0; or count nothing and give the seconds to wait."""
    limits = (*BY_ADDRESS.in_ms(), *BY_ACCOUNT.in_ms())
    left_ms: Any = valkey().eval(_ENTER, 4, *attempt.keys, _FORGOTTEN_AFTER_MS, *limits)
    return -(-int(left_ms) // 1000)


def succeed(attempt: Try) -> None:
    """Forget the tries on the account, and give this one back to the address."""
    counter, wait, *of_account = attempt.keys
    valkey().eval(_GIVE_BACK, 2, counter, wait, BY_ADDRESS.free)
    valkey().delete(*of_account)


def remember_browser(response: Response, email: str) -> None:
    """Let the browser that has just signed in be told from a stranger's next time."""
    value = _signer().dumps([_account(email), secrets.token_urlsafe(16)])
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        _BROWSER_COOKIE, value, max_age=_BROWSER_LASTS_S, secure=secure, httponly=True, samesite="Lax", path="/sign-in"
    )


def _known_browser(request: Request, account: str) -> str:
    try:
        known, browser = _signer().loads(request.cookies.get(_BROWSER_COOKIE, ""), max_age=_BROWSER_LASTS_S)
    except (BadSignature, TypeError, ValueError):
        return "stranger"
    return str(browser) if known == account else "stranger"


def _account(email: str) -> str:
    return _covered(email.strip().casefold())


def _covered(text: str) -> str:
    """Make a name under which Valkey may count without holding the address itself."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, text.encode(), sha256).hexdigest()[:32]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="known browser")
