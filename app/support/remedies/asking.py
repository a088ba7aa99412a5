"""Before persons and organisations are moved to the other channel, their registers are asked for an address on it.

An order on one channel never asked for one. As with all looking up, no transaction is open while a register is asked;
what it knows is written beside the address that failed, and the slice that comes next finds it there.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from flask import current_app

from app.contacts import looking_up
from app.contacts.choosing import oldest_used, usable
from app.contacts.keeping import Known
from app.contacts.sealing import sealer
from app.db import utcnow
from app.dispatch.addressing import country_of
from app.dispatch.transaction import Cursor, integers, transaction
from app.messaging.identity import IdentityKind
from app.messaging.scheme import other
from app.messaging.status import Channel
from app.support.remedies.models import RemedyKind

NEXT = "select id, kind, group_id, ids, reached_id, made_at from remedy where status = 0 order by total, id limit 1"

MEANT = """
group_id = %(group)s and notification_id > %(after)s and failed_at <= %(made_at)s
and (%(ids)s::bigint[] is null or notification_id = any(%(ids)s::bigint[])) and not exists (
    select from remedy_line as l
    where l.notification_id = failure.notification_id and l.outcome = 8 and l.at > %(made_at)s
)
"""
# What stood in the inbox when the remedy was confirmed: 8 is `LineOutcome.REOPENED`.

ASKED_FOR = """
select f.notification_id, w.channel, r.kind, r.identity, r.identity_hash, a.shipment_id, a.place,
    h.ignores_reservation, h.uses_stale, (
        select count(*) from addressee as b where b.shipment_id = a.shipment_id and b.part = a.part
        and b.row_no = a.row_no and b.half = 0 and b.place <= a.place
    ) as nth
from (
    select notification_id from failure where MEANT
    order by notification_id limit %(limit)s
) as f
join notification as w on w.id = f.notification_id
join shipment as h on h.id = w.shipment_id and h.looks_up
join addressee as a on a.shipment_id = h.id and a.part = w.part and a.row_no = w.row_no and a.channel = w.channel
    and a.half = 0 and a.address = w.address and a.other_address = ''
join recipient as r on r.order_id = h.order_id and r.part = w.part and r.row_no = w.row_no and r.identity is not null
""".replace("MEANT", MEANT)

WRITE = """
update addressee as a set other_address = d.address, other_country = d.country
from unnest(%(shipments)s::bigint[], %(places)s::bigint[], %(addresses)s::text[], %(countries)s::text[])
    as d (shipment_id, place, address, country)
where a.shipment_id = d.shipment_id and a.place = d.place and a.half = 0 and a.other_address = ''
"""


class Looked(NamedTuple):
    """From where on a remedy's next slice has been looked up, and of whom no register said anything."""

    remedy_id: int
    reached_id: int
    unasked: frozenset[int] = frozenset()


class Person(NamedTuple):
    """A person or an organisation of whom no address on the other channel is known yet."""

    notification_id: int
    channel: int
    kind: int
    identity: bytes
    identity_hash: bytes
    shipment_id: int
    place: int
    ignores_reservation: bool
    uses_stale: bool
    nth: int
    """Of how many addresses that failed this is: each takes another of those on the other channel."""


def look_up_next(limit: int) -> Looked | None:
    """Ask for the addresses that the next slice of a move lacks; None where the first open remedy is no move."""
    with transaction() as cursor:
        cursor.execute(NEXT)
        row = cursor.fetchone()
        if row is None or row[1] != RemedyKind.MOVE:
            return None
        remedy_id, _, group_id, ids, reached_id, made_at = row
        meant = {"group": group_id, "after": reached_id, "made_at": made_at, "limit": limit}
        persons = _persons(cursor, {**meant, "ids": None if ids is None else integers(ids)})
        opened = sealer().open
        numbers = {one.identity_hash: opened(one.identity).decode() for one in persons}
        now = utcnow()
        inquiries = [looking_up.begin(kind, _hashes(kind, persons, numbers), now) for kind in IdentityKind]
    answers, is_down = _ask(inquiries) if persons else ({}, False)
    with transaction() as cursor:
        _write(cursor, persons, {hash_: answers[number] for hash_, number in numbers.items() if number in answers})
    unasked = (one.notification_id for one in persons if numbers[one.identity_hash] not in answers)
    return Looked(remedy_id, reached_id, frozenset(unasked) if is_down else frozenset())


def _persons(cursor: Cursor, meant: dict[str, object]) -> list[Person]:
    cursor.execute(ASKED_FOR, meant, binary=True)
    return [Person._make(row) for row in cursor.fetchall()]


def _hashes(kind: IdentityKind, persons: Sequence[Person], numbers: Mapping[bytes, str]) -> dict[str, bytes]:
    return {numbers[one.identity_hash]: one.identity_hash for one in persons if one.kind == kind}


def _ask(inquiries: Sequence[looking_up.LookUp]) -> tuple[dict[str, Known], bool]:
    """What the registers say, by number, and whether one did not answer."""
    found: dict[str, Known] = {}
    is_down = False
    with ThreadPoolExecutor(current_app.config["REGISTER_WINDOW"], thread_name_prefix="register") as pool:
        for inquiry in inquiries:
            inquiry.send(pool)
    for inquiry in inquiries:
        inquiry.take(utcnow())
        is_down = is_down or inquiry.has_fault
        found |= inquiry.points.known
    return found, is_down


def _write(cursor: Cursor, persons: Sequence[Person], answers: Mapping[bytes, Known]) -> None:
    found = [(one, address) for one in persons if (address := _address(one, answers.get(one.identity_hash)))]
    parameters = {
        "shipments": integers(one.shipment_id for one, _ in found),
        "places": integers(one.place for one, _ in found),
        "addresses": [address for _, address in found],
        "countries": [country_of(address) for _, address in found],
    }
    cursor.execute(WRITE, parameters)


def _address(person: Person, known: Known | None) -> str:
    """The address on the other channel that may be used; none of somebody who is reserved, as the order has it."""
    if known is None:
        return ""
    oldest = oldest_used(utcnow(), uses_stale=person.uses_stale)
    may_use = usable(known.answer, oldest, ignores_reservation=person.ignores_reservation)
    others = may_use.on(other(Channel(person.channel)))
    return others[person.nth - 1] if person.nth <= len(others) else ""
