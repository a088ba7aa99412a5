"""What workers and `varsel smpp` say to each other on one machine: lines of JSON, once both proved who they are."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.gateways.contract import Accepted, Message, Outcome, Refused, RefusedForNow, Uncertain
from app.messaging.status import Status

LINE_LIMIT = 8 * 1024 * 1024
"""Bytes; a hundred messages of sixteen segments are far fewer."""

_KINDS: dict[str, type[Outcome]] = {
    "accepted": Accepted,
    "refused": Refused,
    "for_now": RefusedForNow,
    "uncertain": Uncertain,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class BadLine(Exception):
    """A line that the other side would not have written."""


def line(**told: Any) -> bytes:
    """One line."""
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def read(said: bytes) -> dict[str, Any]:
    """What a line says; raises `BadLine`."""
    try:
        told = json.loads(said)
    except ValueError:
        raise BadLine("The line is no JSON.") from None
    if not isinstance(told, dict):
        raise BadLine("The line is no JSON object.")
    return told


def nonce() -> str:
    """Something that nobody has said before."""
    return secrets.token_hex(16)


def proof(key: str, role: str, workers: str, doors: str) -> str:
    """Shows the knowledge of the key without telling it, for this conversation and one side of it only."""
    said = "\0".join(("smpp", role, workers, doors))
    return hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()


def is_proof(given: object, expected: str) -> bool:
    """Compared in constant time."""
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())


def messages_told(messages: Sequence[Message]) -> list[list[Any]]:
    """Messages as JSON has them."""
    return [[m.id, m.address, m.sender, m.text, m.expires_at and m.expires_at.isoformat(), m.key] for m in messages]


def messages_heard(told: object) -> list[Message]:
    """The same messages; raises `BadLine`."""
    if not isinstance(told, list):
        raise BadLine("There are no messages.")
    try:
        return [_message(*one) for one in told]
    except (TypeError, ValueError):
        raise BadLine("A message is not as messages are.") from None


def _message(number: int, address: str, sender: str, text: str, expires_at: str | None, key: str) -> Message:
    until = datetime.fromisoformat(expires_at) if expires_at else None
    return Message(number, address, sender, text, expires_at=until, key=key)


def outcome_told(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON has it."""
    told = outcome._asdict() if isinstance(outcome, Accepted) else asdict(outcome)
    return {"is": _NAMES[type(outcome)], **told}


def outcome_heard(told: dict[str, Any]) -> Outcome:
    """The same outcome; raises `BadLine`."""
    given = dict(told)
    try:
        kind = _KINDS[given.pop("is")]
        if kind is Refused:
            given["status"] = Status(given["status"])
        if kind is Accepted:
            given["segments"] = tuple(given["segments"])
        return kind(**given)
    except (KeyError, TypeError, ValueError):
        raise BadLine("An outcome is not as outcomes are.") from None
