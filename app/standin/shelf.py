"""What arrived, in memory: the newest messages whole, and how many each address got."""

import threading
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

NOT_COUNTED = 0
"""The id that addresses share once there are more than the shelf keeps apart."""

Line = TypeVar("Line")

_PAGE_SCAN = 20_000
"""How many messages one page looks through for addresses, so that a page costs the same however full the shelf is."""


class Arriving(NamedTuple):
    """One message as it came in; `at` is seconds since 1970."""

    address: str
    sender: str
    text: str
    reference: str
    at: float
    subject: str = ""
    note: str = ""


class Kept(NamedTuple):
    """One message on the shelf; `previous` is the number of the one before it at the same address, or 0."""

    number: int
    address_id: int
    previous: int
    message: Arriving


class Told(NamedTuple):
    """One delivery report about a message, and how the application answered."""

    state: str
    at: float
    answer: str


@dataclass(frozen=True, slots=True)
class AddressLine:
    """One phone or mailbox in a list: how much it got, and the newest."""

    id: int
    address: str
    count: int
    newest: Kept


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """Some lines, newest first, and the key of the next page where there may be one."""

    lines: list[Line]
    next_before: int | None


class Shelf:
    """Keeps the newest `keep` messages and counts at most `addresses` addresses; safe for several threads."""

    def __init__(self, keep: int, addresses: int) -> None:
        self._keep = keep
        self._most_addresses = addresses
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._ring: list[Kept | None] = [None] * self._keep
            self._told: list[tuple[Told, ...]] = [()] * self._keep
            self._ids: dict[str, int] = {}
            self._addresses: list[str] = [""]
            self._newest = array("Q", [0])
            self._counts = array("L", [0])
            self.received = 0

    def add(self, messages: Sequence[Arriving]) -> list[int]:
        """Keep messages in the order they came; their numbers ascend from 1."""
        with self._lock:
            return [self._put(message) for message in messages]

    def note_report(self, number: int, told: Told) -> None:
        """Remember a delivery report, as long as its message is kept."""
        with self._lock:
            if self._at(number) is not None:
                self._told[number % self._keep] += (told,)

    def reports_of(self, number: int) -> tuple[Told, ...]:
        """The delivery reports about a message that is still kept, oldest first."""
        return self._told[number % self._keep]

    def id_of(self, address: str) -> int | None:
        """The id of an address that got something."""
        return self._ids.get(address)

    def line_of(self, address_id: int) -> AddressLine | None:
        """One address, if it is known and its newest message is still kept."""
        if not NOT_COUNTED < address_id < len(self._addresses):
            return None
        newest = self._at(self._newest[address_id])
        return newest and AddressLine(address_id, self._addresses[address_id], self._counts[address_id], newest)

    def addresses(self, before: int | None, size: int) -> Page[AddressLine]:
        """Addresses by their newest message, from the message numbered below `before` on."""
        start = min(before - 1, self.received) if before else self.received
        end = max(self.received - self._keep, start - _PAGE_SCAN, 0)
        lines: list[AddressLine] = []
        for number in range(start, end, -1):
            kept = self._at(number)
            line = self.line_of(kept.address_id) if kept else None
            if line and line.newest.number == number:
                lines.append(line)
                if len(lines) == size:
                    return Page(lines, number)
        return Page(lines, end + 1 if end > max(self.received - self._keep, 0) else None)

    def messages(self, address_id: int, before: int | None, size: int) -> Page[Kept]:
        """What one address got, from the message numbered below `before` on."""
        lines: list[Kept] = []
        for kept in self._chain(address_id):
            if before is None or kept.number < before:
                lines.append(kept)
            if len(lines) > size:
                return Page(lines[:size], lines[size - 1].number)
        return Page(lines, None)

    def counts(self, at_least: int) -> dict[str, int]:
        """How many messages each address got, for those that got so many."""
        with self._lock:
            return {
                address: count
                for address, count in zip(self._addresses[1:], self._counts[1:], strict=True)
                if count >= at_least
            }

    @property
    def address_count(self) -> int:
        """How many addresses are told apart."""
        return len(self._ids)

    @property
    def not_counted(self) -> int:
        """How many messages came to addresses beyond those told apart."""
        return self._counts[NOT_COUNTED]

    def _put(self, message: Arriving) -> int:
        self.received = number = self.received + 1
        address_id = self._ids.get(message.address) or self._new_id(message.address)
        previous = self._newest[address_id]
        self._newest[address_id] = number
        self._counts[address_id] += 1
        self._ring[number % self._keep] = Kept(number, address_id, previous, message)
        self._told[number % self._keep] = ()
        return number

    def _new_id(self, address: str) -> int:
        if len(self._ids) >= self._most_addresses:
            return NOT_COUNTED
        self._ids[address] = address_id = len(self._addresses)
        self._addresses.append(address)
        self._newest.append(0)
        self._counts.append(0)
        return address_id

    def _at(self, number: int) -> Kept | None:
        kept = self._ring[number % self._keep]
        return kept if kept and kept.number == number else None

    def _chain(self, address_id: int) -> Iterator[Kept]:
        if not NOT_COUNTED < address_id < len(self._newest):
            return
        kept = self._at(self._newest[address_id])
        while kept:
            yield kept
            kept = self._at(kept.previous) if kept.previous else None
