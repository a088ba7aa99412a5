"""One-time links by which a person chooses a password, so that no administrator ever knows one.

A link is signed and holds who it is for and a fingerprint of the password that it replaces: nothing is stored, a new
password spends every link made before it, and emptying Valkey loses none.
"""

import hmac

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.accounts import passwords, queries
from app.accounts.models import Person

LASTS_S = 24 * 3600


def make_token(person: Person) -> str:
    """Make the secret part of a link; whoever has it within a day may choose the person's password."""
    return _signer().dumps([person.id, _state(person)])


def person_of(token: str, *, to_spend: bool = False) -> Person | None:
    """Find whose link it is; None where it is forged, spent, older than a day, or the person is disabled.

    Of two that come `to_spend` it at the same time, the second waits for the first and finds it spent.
    """
    try:
        person_id, state = _signer().loads(token, max_age=LASTS_S)
    except (BadSignature, TypeError, ValueError):
        return None
    person = queries.person(person_id, locked=to_spend)
    if person is None or person.disabled_at or not hmac.compare_digest(state, _state(person)):
        return None
    return person


def _state(person: Person) -> str:
    return passwords.fingerprint(f"{person.password_hash}:{person.session_epoch}")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="password link")
