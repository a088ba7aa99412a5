"""Where workers hand messages to the process that holds the bind: a slice per connection, each outcome as it comes."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

from app.gateways import smpp_wire as wire
from app.gateways.contract import Message, Outcome, RefusedForNow
from app.gateways.smpp_session import OnTheWay
from app.gateways.smpp_wire import BadLine

log = logging.getLogger(__name__)

BUDGET_S = 45.0
"""How long after its slice came a message may still begin; a worker's lease lasts longer than that and an answer."""

_GREETING_S = 5.0


class Submits(Protocol):
    """Whoever hands messages to the SMSC."""

    async def submit(self, message: Message, on_the_way: OnTheWay, deadline: float) -> Outcome:
        """Hand over one message, not begun after `deadline`."""


class Door:
    """Listens for the workers of this machine; `close` lets what is on its way come to its end."""

    def __init__(self, address: str, key: str, session: Submits) -> None:
        self._address = address
        self._key = key
        self._session = session
        self._server: asyncio.Server | None = None
        self._slices: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen from now on; raises `OSError` where the port is taken."""
        host, port = host_and_port(self._address)
        self._server = await asyncio.start_server(self._meet, host, port, limit=wire.LINE_LIMIT)

    @property
    def port(self) -> int:
        """The port it listens on."""
        sockets = self._server.sockets if self._server is not None else ()
        return int(sockets[0].getsockname()[1]) if sockets else 0

    async def close(self, within_s: float) -> None:
        """Take no more slices, wait for those under way, and cut what has not ended in that time."""
        if self._server is not None:
            self._server.close()
        if self._slices:
            await asyncio.wait(self._slices, timeout=within_s)
        for deed in self._slices:
            deed.cancel()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # So that `drain` returns when the kernel has it: then it reaches the worker even if we are killed.
        writer.transport.set_write_buffer_limits(high=0)
        deed = asyncio.current_task()
        if deed is None:
            return
        self._slices.add(deed)
        try:
            await self._serve(reader, writer)
        except (OSError, ValueError, BadLine, TimeoutError, EOFError, ExceptionGroup) as fault:
            log.warning("A worker's slice ended early (%s).", type(fault).__name__)
        finally:
            self._slices.discard(deed)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_GREETING_S):
            messages = await self._introduced(reader, writer)
        handing = asyncio.ensure_future(self._hand_over(messages, _Talk(writer)))
        leaving = asyncio.ensure_future(reader.read(1))
        # A worker that is gone has died: what has not begun is left alone, since nobody would note its outcome.
        await asyncio.wait((handing, leaving), return_when=asyncio.FIRST_COMPLETED)
        for deed in (handing, leaving):
            deed.cancel()
            with suppress(asyncio.CancelledError):
                await deed

    async def _introduced(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[Message]:
        """Prove the knowledge of the key to each other, and take the slice; raises `BadLine`."""
        workers = str(wire.read(await reader.readline()).get("nonce", ""))
        doors = wire.nonce()
        writer.write(wire.line(nonce=doors, proof=wire.proof(self._key, "door", workers, doors)))
        told = wire.read(await reader.readline())
        if not wire.is_proof(told.get("proof"), wire.proof(self._key, "worker", workers, doors)):
            raise BadLine("Somebody who does not know the key wants to send.")
        return wire.messages_heard(told.get("messages"))

    async def _hand_over(self, messages: Sequence[Message], talk: "_Talk") -> None:
        deadline = asyncio.get_running_loop().time() + BUDGET_S
        async with asyncio.TaskGroup() as deeds:
            for place, message in enumerate(messages):
                deeds.create_task(self._one(place, message, talk, deadline))
        await talk.say(done=True)

    async def _one(self, place: int, message: Message, talk: "_Talk", deadline: float) -> None:
        async def on_the_way() -> None:
            await talk.say(n=place, begun=True)

        await talk.say(n=place, **wire.outcome_told(await self._outcome(message, on_the_way, deadline)))

    async def _outcome(self, message: Message, on_the_way: OnTheWay, deadline: float) -> Outcome:
        if self._server is None or not self._server.is_serving():
            return RefusedForNow("The process that holds the bind is ending.", "door")
        return await self._session.submit(message, on_the_way, deadline)


class _Talk:
    """Lines to one worker, each whole and out of our hands before the next."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._lock = asyncio.Lock()

    async def say(self, **told: Any) -> None:
        async with self._lock:
            self._writer.write(wire.line(**told))
            await self._writer.drain()


def host_and_port(address: str) -> tuple[str, int]:
    """The two halves of `host:port`; raises `ValueError`."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
