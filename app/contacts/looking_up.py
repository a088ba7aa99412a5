"""Looking people up: what was answered in the last ten minutes is used, the rest is asked for in batches.

It goes in three steps, so that no transaction is open while a register is asked: `begin` reads what is kept, `ask`
asks, `keep` writes. Whoever calls commits between them.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from msgspec.structs import replace

from app.contacts import keeping, registers
from app.contacts.answer import Answer, Register, RegisterDown, Standing
from app.contacts.keeping import Known
from app.messaging.identity import IdentityKind


@dataclass(slots=True)
class Inquiry:
    """What one register is asked about some numbers."""

    register: Register
    hashes: Mapping[str, bytes]
    known: dict[str, Known]
    """By number."""
    fresh: list[Mapping[str, Known]] = field(default_factory=list)
    """Of these, what has been answered just now and is still to be kept; by number, batch by batch."""
    sent: list[Future[Mapping[str, Answer]]] = field(default_factory=list)
    fault: RegisterDown | None = None

    def _batches(self) -> Iterator[list[str]]:
        """The numbers that nothing is known of yet, as many at a time as the register takes."""
        left = [number for number in self.hashes if number not in self.known]
        for begin in range(0, len(left), self.register.batch_size):
            yield left[begin : begin + self.register.batch_size]

    def send(self, pool: Executor) -> None:
        """Begin to ask for the missing ones, in batches; a register of our own waits for `take`."""
        if not self.register.needs_session:
            self.sent = [pool.submit(self.register.look_up, batch) for batch in self._batches()]

    def take(self, now: datetime) -> None:
        """Wait for the answers; what a fault leaves open stays missing."""
        if self.register.needs_session:
            for batch in self._batches():
                self._note(self.register.look_up(batch), now)
        for future in self.sent:
            self._take(future, now)
        self.sent = []

    def _take(self, future: Future[Mapping[str, Answer]], now: datetime) -> None:
        try:
            self._note(future.result(), now)
        except RegisterDown as fault:
            self.fault = self.fault or fault

    def _note(self, answers: Mapping[str, Answer], now: datetime) -> None:
        name = self.register.name
        found = {number: Known(answer, name, now) for number, answer in answers.items()}
        self.fresh.append(found)
        self.known |= found

    def keep(self, now: datetime) -> None:
        """Write down what was answered, for the next ten minutes; the caller commits."""
        fresh = {self.hashes[number]: one.answer for batch in self.fresh for number, one in batch.items()}
        if fresh:
            keeping.keep(self.register.name, fresh, now)
            self.fresh = []


@dataclass(slots=True)
class LookUp:
    """One look-up of persons or of organisations, with or without their names."""

    points: Inquiry
    names: Inquiry | None
    window: int

    def ask(self, now: datetime) -> None:
        """Ask the registers for what is not kept; no transaction may be open, unless the register is our own."""
        with ThreadPoolExecutor(self.window, thread_name_prefix="register") as pool:
            self.send(pool)
        self.take(now)

    def send(self, pool: Executor) -> None:
        """Begin to ask; the pool's threads have no session."""
        for inquiry in self._inquiries():
            inquiry.send(pool)

    def take(self, now: datetime) -> None:
        """Wait for the answers, and ask the register that is our own."""
        for inquiry in self._inquiries():
            inquiry.take(now)

    def keep(self, now: datetime) -> None:
        """Write down what was answered; the caller commits."""
        for inquiry in self._inquiries():
            inquiry.keep(now)

    @property
    def has_fault(self) -> bool:
        """Whether a register left something open."""
        return any(inquiry.fault for inquiry in self._inquiries())

    def answers(self) -> dict[str, Known]:
        """The answer about each number; raise `RegisterDown` where any is missing."""
        for inquiry in self._inquiries():
            if inquiry.fault is not None:
                raise inquiry.fault
        if self.names is None:
            return self.points.known
        named = self.names.known
        return {number: _with_name(known, named[number].answer) for number, known in self.points.known.items()}

    def _inquiries(self) -> Iterator[Inquiry]:
        yield self.points
        if self.names is not None:
            yield self.names


def begin(kind: IdentityKind, hashes: Mapping[str, bytes], now: datetime, *, with_names: bool = False) -> LookUp:
    """Begin a look-up of numbers, each with its hash, with what was answered in the last ten minutes."""
    namer = registers.names(kind) if with_names else None
    points = _inquiry(registers.contact_points(kind), hashes, now)
    return LookUp(points, _inquiry(namer, hashes, now) if namer else None, current_app.config["REGISTER_WINDOW"])


def _inquiry(register: Register, hashes: Mapping[str, bytes], now: datetime) -> Inquiry:
    kept = keeping.fresh(register.name, list(hashes.values()), now)
    known = {number: kept[number_hash] for number, number_hash in hashes.items() if number_hash in kept} if kept else {}
    return Inquiry(register, hashes, known)


def _with_name(known: Known, named: Answer) -> Known:
    """A person whom the population register knows to be dead is dead, whatever the other register says."""
    answer = known.answer
    if named.standing is Standing.DECEASED:
        return replace(known, answer=Answer(Standing.DECEASED, name=named.name))
    return replace(known, answer=replace(answer, name=named.name or answer.name))
