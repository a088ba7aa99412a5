"""Looking people up: what was answered in the last ten minutes is used, the rest is asked for in batches.

It goes in three steps, so that no transaction is open while a register is asked: `begin` reads what is kept, `ask`
asks, `keep` writes. Whoever calls commits between them.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from flask import current_app

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
    fresh: dict[str, Known] = field(default_factory=dict)
    """Of these, what has been answered just now and is still to be kept."""
    fault: RegisterDown | None = None

    @property
    def missing(self) -> list[str]:
        """The numbers that nothing is known of yet."""
        return [number for number in self.hashes if number not in self.known]

    def ask(self, now: datetime, window: int) -> None:
        """Ask for the missing ones, so many batches at once; what a fault leaves open stays missing."""
        batches = list(_batches(self.missing, self.register.batch_size))
        if self.register.needs_session or len(batches) < 2:
            for batch in batches:
                self._take(batch, now)
            return
        with ThreadPoolExecutor(window, thread_name_prefix=self.register.name) as pool:
            asked = [pool.submit(self.register.look_up, batch) for batch in batches]
            for future in asked:
                self._take_future(future, now)

    def _take(self, batch: Sequence[str], now: datetime) -> None:
        if self.fault is None:
            try:
                self._note(self.register.look_up(batch), now)
            except RegisterDown as fault:
                self.fault = fault

    def _take_future(self, future: Future[Mapping[str, Answer]], now: datetime) -> None:
        try:
            self._note(future.result(), now)
        except RegisterDown as fault:
            self.fault = self.fault or fault

    def _note(self, answers: Mapping[str, Answer], now: datetime) -> None:
        found = {number: Known(answer, self.register.name, now) for number, answer in answers.items()}
        self.fresh |= found
        self.known |= found

    def keep(self, now: datetime) -> None:
        """Write down what was answered, for the next ten minutes; the caller commits."""
        if self.fresh:
            keeping.keep(self.register.name, {self.hashes[n]: one.answer for n, one in self.fresh.items()}, now)
            self.fresh = {}


@dataclass(slots=True)
class LookUp:
    """One look-up of persons or of organisations, with or without their names."""

    points: Inquiry
    names: Inquiry | None
    window: int

    def ask(self, now: datetime) -> None:
        """Ask the registers for what is not kept; no transaction may be open, unless the register is our own."""
        for inquiry in self._inquiries():
            inquiry.ask(now, self.window)

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
    by_hash = {number_hash: number for number, number_hash in hashes.items()}
    kept = keeping.fresh(register.name, list(by_hash), now)
    return Inquiry(register, hashes, {by_hash[number_hash]: known for number_hash, known in kept.items()})


def _with_name(known: Known, named: Answer) -> Known:
    """A person whom the population register knows to be dead is dead, whatever the other register says."""
    answer = known.answer
    if named.standing is Standing.DECEASED:
        return replace(known, answer=Answer(Standing.DECEASED, name=named.name))
    return replace(known, answer=replace(answer, name=named.name or answer.name))


def _batches(numbers: Sequence[str], size: int) -> Iterator[list[str]]:
    left = iter(numbers)
    while batch := list(islice(left, size)):
        yield batch
