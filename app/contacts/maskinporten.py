"""Access tokens from Maskinporten, by a JWT grant that is signed with our key (RFC 7523, 2.1; Digdir's profile of it).

A token is kept, sealed, where all processes find it, until shortly before it ends.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import jwt
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError

from app.contacts.answer import RegisterDown
from app.contacts.sealing import Sealer, WrongKeys, sealer
from app.contacts.wire import Wire, wire_to
from app.queue import connect

NAME = "maskinporten"
GRANT_LASTS_S = 100
"""Maskinporten takes grants that last 120 seconds at most; the rest is for clocks that differ."""
ENDS_EARLY_S = 10
_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to Maskinporten, and the key that says so."""

    issuer: str
    """Maskinporten's own identifier, which a grant is meant for."""
    client_id: str
    key_id: str
    private_key: str
    """RSA, in PEM."""


class Tokens:
    """Gives the token of one scope; asks for another when it ends, or when a register refuses it."""

    def __init__(self, wire: Wire, client: Client, scope: str, valkey: Redis, seals: Sealer) -> None:
        self._wire, self._client, self._scope = wire, client, scope
        self._valkey, self._sealer = valkey, seals
        self._key = f"maskinporten:{client.client_id}:{scope}"

    def headers(self, fresh: bool) -> dict[str, str]:
        """The header that carries the token; a `fresh` one where the one before was refused. Raise `RegisterDown`."""
        token = None if fresh else self._kept()
        return {"Authorization": f"Bearer {token or self._new()}"}

    def _kept(self) -> str | None:
        with suppress(RedisError, WrongKeys):
            found = self._valkey.get(self._key)
            return self._sealer.open(found).decode() if isinstance(found, bytes) else None
        return None

    def _new(self) -> str:
        reply = self._wire.ask("POST", "/token", fields={"grant_type": _GRANT_TYPE, "assertion": self._grant()})
        token, lasts_s = reply.data.get("access_token"), reply.data.get("expires_in")
        if not (isinstance(token, str) and isinstance(lasts_s, int)):
            raise RegisterDown(NAME, "its answer holds no token")
        self._keep(token, lasts_s - ENDS_EARLY_S)
        return token

    def _keep(self, token: str, lasts_s: int) -> None:
        with suppress(RedisError):
            if lasts_s > 0:
                self._valkey.set(self._key, self._sealer.seal(token.encode()), ex=lasts_s)

    def _grant(self) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "aud": self._client.issuer,
            "iss": self._client.client_id,
            "scope": self._scope,
            "iat": now,
            "exp": now + GRANT_LASTS_S,
            "jti": str(uuid4()),
        }
        try:
            return jwt.encode(claims, self._client.private_key, "RS256", headers={"kid": self._client.key_id})
        except (ValueError, TypeError, jwt.PyJWTError):
            raise RegisterDown(NAME, "the key in VARSEL_MASKINPORTEN_KEY cannot sign") from None


def tokens_for(scope: str) -> Tokens:
    """The tokens of a scope, as the running application's settings say."""
    config = current_app.config
    client = Client(
        config["MASKINPORTEN_ISSUER"] or config["MASKINPORTEN_URL"],
        config["MASKINPORTEN_CLIENT_ID"],
        config["MASKINPORTEN_KEY_ID"],
        # A variable of the environment may hold the lines of a PEM file in one.
        config["MASKINPORTEN_KEY"].replace("\\n", "\n"),
    )
    wire = wire_to(NAME, config["MASKINPORTEN_URL"])
    return Tokens(wire, client, scope, connect(config["REDIS_URL"]), sealer())
