"""Passwords: argon2id, the same work for every try, and which ones are refused."""

import hmac
import unicodedata
from functools import lru_cache
from hashlib import sha256
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY
from flask import current_app
from flask_babel import gettext

SHORTEST = 12
LONGEST = 256
_FEWEST_DIFFERENT = 5
_SHORTEST_KNOWN = 5
_MOST_USED_TEXT = """
123456789012 1234567890123 12345678901234 1234567890qwertyuiop qwertyuiop12 qwertyuiop123 qwertyuiopasdfgh
1qaz2wsx3edc 1qaz2wsx3edc4rfv 1q2w3e4r5t6y 1q2w3e4r5t6y7u8i q1w2e3r4t5y6 zaq12wsxcde3 asdfghjkl123
password1234 password12345 password123456 passwordpassword administrator administrator1 administrator123
passord12345 passord123456 passordpassord velkommen123 velkommen1234 velkommen2026 sommer202612 iloveyou1234
letmein12345 welcome12345 changeme1234 qwerty123456 abcdefghijkl abcd12345678
"""
_MOST_USED = frozenset(_MOST_USED_TEXT.split())
"""Well-known passwords that are long enough to pass the other rules."""

_PROFILES = {"default": RFC_9106_LOW_MEMORY, "cheap": CHEAPEST}
# Each takes 64 MiB while it works: without a limit a burst of sign-ins takes the memory of the whole web server.
_AT_ONCE = BoundedSemaphore(2)


class WeakPassword(Exception):
    """A password that is refused, with words for the person who chose it."""


def hashed(password: str) -> str:
    """Make the argon2id hash that is stored."""
    with _AT_ONCE:
        return _hasher().hash(_normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; takes as long for None, which stands for an unknown person."""
    with _AT_ONCE:
        try:
            right = _hasher().verify(password_hash or _nobodys_hash(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return right and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


def fingerprint(password_hash: str) -> str:
    """Name a hash without giving it away: it changes with the password."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, password_hash.encode(), sha256).hexdigest()[:32]


def refuse_weak(password: str, *known: str) -> None:
    """Raise `WeakPassword` for one that is too short, too long, well known, or holds one of the words in `known`."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise WeakPassword(gettext("Use at least %(count)s characters. Several words are good.", count=SHORTEST))
    if len(normal) > LONGEST:
        raise WeakPassword(gettext("Use at most %(count)s characters.", count=LONGEST))
    if len(set(normal)) < _FEWEST_DIFFERENT or normal.casefold() in _MOST_USED:
        raise WeakPassword(gettext("That password is among the first that others try. Choose another."))
    if any(len(word) >= _SHORTEST_KNOWN and word.casefold() in normal.casefold() for word in known):
        raise WeakPassword(gettext("Do not use your name or e-mail address in the password."))


def _normal(password: str) -> str:
    # The same letters typed on another keyboard must be the same password: NIST SP 800-63B 3.1.1.2.
    return unicodedata.normalize("NFKC", password)


def _hasher() -> PasswordHasher:
    return _hasher_of(str(current_app.config["ARGON2_PROFILE"]))


@lru_cache(maxsize=2)
def _hasher_of(profile: str) -> PasswordHasher:
    return PasswordHasher.from_parameters(_PROFILES[profile])


def _nobodys_hash() -> str:
    return _nobodys_hash_of(str(current_app.config["ARGON2_PROFILE"]))


@lru_cache(maxsize=2)
def _nobodys_hash_of(profile: str) -> str:
    return _hasher_of(profile).hash("nobody has this password")
