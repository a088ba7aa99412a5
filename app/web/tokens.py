"""A search text stays out of addresses and logs: the page's address carries a random token that stands for it."""

import re
import secrets

from app.queue import valkey

LIFETIME_S = 3600
SEARCH = "search"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


def remember(text: str, owner_id: int, purpose: str = SEARCH) -> str:
    """Keep a person's text for an hour and give the token that stands for it where that purpose is asked for."""
    token = secrets.token_urlsafe(16)
    valkey().set(_key(token, owner_id, purpose), text, ex=LIFETIME_S)
    return token


def recall(token: str, owner_id: int, purpose: str = SEARCH) -> str | None:
    """Give the text behind a token, or None where it has expired, never was, or is another person's or purpose's."""
    if not _TOKEN.fullmatch(token):
        return None
    kept = valkey().get(_key(token, owner_id, purpose))
    return kept.decode() if isinstance(kept, bytes) else None


def _key(token: str, owner_id: int, purpose: str) -> str:
    return f"{purpose}:{owner_id}:{token}"
