"""By what number a person or an organisation on an order is known, a person's covered."""

from collections.abc import Sequence

from app.contacts.sealing import sealer
from app.contacts.words import KINDS
from app.messaging.identity import IdentityKind, mask_identity
from app.orders.follow import queries
from app.shipments.table import Line


def without_address(order_id: int, lines: Sequence[Line]) -> dict[int, str]:
    """Name by one question those of these notifications' recipients for whom no address was found, by id."""
    missing = [line for line in lines if not line.address]
    if not missing:
        return {}
    found = queries.identities_of(order_id, [(line.part, line.row_no) for line in missing])
    return {line.id: known_by(*found[line.part, line.row_no]) for line in missing if (line.part, line.row_no) in found}


def known_by(kind: int, identity: bytes | None) -> str:
    """Name one by kind and number; nothing for who is known by an address."""
    if identity is None:
        return ""
    return f"{KINDS[IdentityKind(kind)]} {mask_identity(sealer().open(identity).decode())}"
