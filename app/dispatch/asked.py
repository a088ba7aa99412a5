"""A chunk of recipients with their numbers opened, and what the registers say of them."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from app.contacts import looking_up
from app.contacts.keeping import Known
from app.contacts.sealing import sealer
from app.dispatch.addressees import Recipient
from app.dispatch.chunks import Chunk
from app.dispatch.transaction import transaction
from app.messaging.identity import IdentityKind


@dataclass(frozen=True, slots=True)
class Asked:
    """A chunk whose registers are being asked."""

    chunk: Chunk
    numbers: Sequence[str | None]
    """The identity number of each recipient; None of who has an address."""
    look_ups: Sequence[looking_up.LookUp]
    asked_at: datetime


def begin(chunk: Chunk, pool: Executor, now: datetime) -> Asked:
    """Begin to ask for those who are not known by an address."""
    numbers = _numbers(chunk.recipients)
    hashes = _hashes(chunk.recipients, numbers)
    with transaction():
        look_ups = [
            looking_up.begin(kind, hashes[kind], now, with_names=chunk.hold.asks_names) for kind in IdentityKind
        ]
    for look_up in look_ups:
        look_up.send(pool)
    return Asked(chunk, numbers, look_ups, now)


def _numbers(recipients: Sequence[Recipient]) -> list[str | None]:
    opened = iter(sealer().open_all([one.identity for one in recipients if one.identity]))
    return [next(opened).decode() if one.identity else None for one in recipients]


def _hashes(recipients: Sequence[Recipient], numbers: Sequence[str | None]) -> dict[int, dict[str, bytes]]:
    """By kind, the hash of each number."""
    found: dict[int, dict[str, bytes]] = {kind: {} for kind in IdentityKind}
    for one, number in zip(recipients, numbers, strict=True):
        if number and one.identity_hash:
            found[one.kind][number] = one.identity_hash
    return found


def answers(asked: Asked) -> list[Known | None]:
    """What the registers say of each recipient, None of who has an address; raise `RegisterDown`."""
    for look_up in asked.look_ups:
        look_up.take(asked.asked_at)
    if any(look_up.has_fault for look_up in asked.look_ups):
        # Only what would have to be asked for again: whoever is stored is not looked up twice.
        with transaction():
            for look_up in asked.look_ups:
                look_up.keep(asked.asked_at)
    found: dict[str, Known] = {}
    for look_up in asked.look_ups:
        found |= look_up.answers()
    return [found[number] if number else None for number in asked.numbers]
