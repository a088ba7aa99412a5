"""The bind that stays: renewed when it is lost, with a window of messages under way, slower when it is told to be."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from app.gateways import reasons, smpp_pdu
from app.gateways.contract import Accepted, GatewaySettings, Message, Outcome, Refused, RefusedForNow, Uncertain
from app.gateways.smpp_link import Link, LinkLost, NoBind, bound
from app.gateways.smpp_pdu import BadPdu, Head
from app.gateways.smpp_receipts import canonical, is_receipt
from app.gateways.smpp_statuses import OK, TOO_FAST, TRY_AGAIN_LATER, refusal
from app.gateways.smpp_submit import Fields, Writing, operations
from app.messaging.segments import MAX_SEGMENTS, count_segments
from app.messaging.status import Status

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
"""Between attempts to bind, and for how long the SMSC is left alone when it takes nothing."""

WAITS_FOR_BIND_S = 3.0
"""How long a message waits for a bind that is just being renewed."""

RECEIPTS_WAITING = 5_000
RECEIPTS_AT_ONCE = 500

Keep = Callable[[Sequence[bytes]], None]
"""Stores receipts for good, or raises; called in a thread."""

OnTheWay = Callable[[], Awaitable[None]]
"""Called just before the first octet of a message may reach the SMSC."""

_dice = random.SystemRandom()


class Session:
    """Binds to one SMSC again and again; hands messages over, and keeps receipts before it answers them."""

    def __init__(self, settings: GatewaySettings, keep: Keep) -> None:
        self._settings = settings
        self._writing = Writing.of(settings)
        self._keep = keep
        self._link: Link | None = None
        self._is_bound = asyncio.Event()
        self._why_not = "The bind to the SMSC is not made yet."
        self._hold_until = 0.0
        self._hold_s = FIRST_PAUSE_S
        self._receipts: asyncio.Queue[tuple[Link, Head, bytes]] = asyncio.Queue(RECEIPTS_WAITING)

    async def run(self) -> None:
        """Bind, and bind again, until cancelled."""
        async with asyncio.TaskGroup() as deeds:
            deeds.create_task(self._keep_receipts())
            deeds.create_task(self._bind_for_ever())

    async def say_farewell(self) -> None:
        """Unbind, if bound; what is then still under way cannot be known."""
        if self._is_bound.is_set() and self._link is not None:
            await self._link.say_farewell()

    async def _bind_for_ever(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                self._link = await bound(self._settings, self._hear)
            except NoBind as fault:
                self._tell(str(fault))
            else:
                pause_s = FIRST_PAUSE_S
                self._is_bound.set()
                await self._link.run()
                self._is_bound.clear()
                self._tell("The link to the SMSC was lost.")
            await asyncio.sleep(pause_s * _dice.uniform(0.75, 1.25))
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _tell(self, words: str) -> None:
        if words != self._why_not:
            log.warning("%s It is tried again until it is there.", words)
        self._why_not = words

    async def submit(self, message: Message, on_the_way: OnTheWay, deadline: float) -> Outcome:
        """Hand over one message, all its segments; not begun after `deadline`, a moment of the loop's clock."""
        if count_segments(message.text) > MAX_SEGMENTS:
            return Refused(Status.SMS_FAILED, reasons.TEXT_TOO_LONG)
        references: list[str] = []
        for fields in operations(message, self._writing, datetime.now(UTC)):
            outcome = await self._submitted(fields, on_the_way, deadline, go_on=bool(references))
            if not isinstance(outcome, Accepted):
                return outcome
            references.append(outcome.reference)
        segments = tuple(references) if len(references) > 1 else ()
        return Accepted(references[0], code="ESME_ROK", segments=segments)

    async def _submitted(self, fields: Fields, on_the_way: OnTheWay, deadline: float, *, go_on: bool) -> Outcome:
        """One operation; where a message has begun to go out, an SMSC that takes nothing for now is asked again."""
        while True:
            outcome = await self._in_turn(fields, on_the_way, deadline)
            is_refused_for_now = isinstance(outcome, RefusedForNow) and outcome.retry_after_s is not None
            if not (go_on and is_refused_for_now and _now() + self._hold_s < deadline):
                return outcome

    async def _in_turn(self, fields: Fields, on_the_way: OnTheWay, deadline: float) -> Outcome:
        try:
            link = await self._bound(deadline)
            async with asyncio.timeout_at(deadline):
                await self._wait_while_held()
                await link.window.acquire()
        except TimeoutError:
            return RefusedForNow("The SMSC took others until this message's time was up.", "window")
        except NoBind as fault:
            return RefusedForNow(str(fault), "bind")
        try:
            return await self._asked(link, fields, on_the_way)
        finally:
            link.window.release()

    async def _bound(self, deadline: float) -> Link:
        try:
            async with asyncio.timeout_at(min(deadline, _now() + WAITS_FOR_BIND_S)):
                await self._is_bound.wait()
        except TimeoutError:
            raise NoBind(self._why_not) from None
        if self._link is None:
            raise NoBind(self._why_not)
        return self._link

    async def _wait_while_held(self) -> None:
        while (left_s := self._hold_until - _now()) > 0:
            await asyncio.sleep(left_s)

    async def _asked(self, link: Link, fields: Fields, on_the_way: OnTheWay) -> Outcome:
        await on_the_way()
        if link.lost.is_set():
            return RefusedForNow("The link to the SMSC was lost before this message's turn.", "bind")
        try:
            answer = await link.ask("submit_sm", fields)
        except TimeoutError:
            return Uncertain("The SMSC took the message and did not answer in time.", "timeout")
        except LinkLost:
            return Uncertain("The link to the SMSC was lost before its answer.", "lost")
        return self._told(Head.of(answer), answer)

    def _told(self, head: Head, answer: bytes) -> Outcome:
        if head.status in TOO_FAST:
            return refusal(head.status, self._slow_down())
        if head.status != OK:
            return refusal(head.status)
        self._hold_s = FIRST_PAUSE_S
        try:
            reference = smpp_pdu.message_id(answer)
        except BadPdu:
            reference = ""
        if not reference:
            return Uncertain("The SMSC's answer gives the message no id.", "no id")
        return Accepted(canonical(reference, self._settings.smpp_answer_ids), code="ESME_ROK")

    def _slow_down(self) -> float:
        """Leave the SMSC alone for twice as long as the last time; answers that were under way count once."""
        if self._hold_until <= _now():
            self._hold_s = min(2 * self._hold_s, LONGEST_PAUSE_S)
            self._hold_until = _now() + self._hold_s
        return self._hold_s

    def _hear(self, link: Link, head: Head, octets: bytes) -> None:
        """Line a receipt up to be kept; what people write to us is answered and dropped, as Varsel only sends."""
        if not is_receipt(octets):
            _answer(link, head, OK)
            return
        try:
            self._receipts.put_nowait((link, head, octets))
        except asyncio.QueueFull:
            _answer(link, head, TRY_AGAIN_LATER)

    async def _keep_receipts(self) -> None:
        while True:
            heard = [await self._receipts.get()]
            while len(heard) < RECEIPTS_AT_ONCE and not self._receipts.empty():
                heard.append(self._receipts.get_nowait())
            status = await self._kept([octets for _, _, octets in heard])
            for link, head, _ in heard:
                _answer(link, head, status)

    async def _kept(self, receipts: Sequence[bytes]) -> int:
        try:
            await asyncio.get_running_loop().run_in_executor(None, partial(self._keep, receipts))
        except Exception as fault:
            # The SMSC keeps what we refuse for now, and brings it again.
            log.error("%d receipts could not be stored (%s).", len(receipts), type(fault).__name__)
            return TRY_AGAIN_LATER
        return OK


def _answer(link: Link, head: Head, status: int) -> None:
    operation = "data_sm_resp" if head.operation == smpp_pdu.DATA_SM else "deliver_sm_resp"
    link.answer(head, operation, status)


def _now() -> float:
    return asyncio.get_running_loop().time()
