"""One connection to an SMSC after its bind: operations out, answers and receipts in, and a pulse (SMPP 3.4)."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from contextlib import suppress

from app.gateways import smpp_pdu
from app.gateways.contract import GatewaySettings
from app.gateways.smpp_pdu import BadPdu, Head, written
from app.gateways.smpp_statuses import INVALID_COMMAND, OK, words_of
from app.gateways.smpp_submit import Fields

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 10.0
LAST_SEQUENCE = 0x7FFF_FFFF
_FAREWELL_S = 2.0

Heard = Callable[["Link", Head, bytes], None]
"""What is done with a `deliver_sm` or `data_sm`: it must be quick, and answers by `Link.answer` when it is kept."""


class NoBind(Exception):
    """The SMSC cannot be reached or does not let us in; the words are for the operator."""


class LinkLost(Exception):
    """The connection ended before the answer came."""


class Link:
    """A bound connection; it ends by itself when the SMSC falls silent, and is never bound again."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, settings: GatewaySettings, heard: Heard
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._settings = settings
        self._heard = heard
        self._sequence = 0
        self._awaited: dict[int, asyncio.Future[bytes]] = {}
        self._last_heard_at = 0.0
        self.lost = asyncio.Event()
        self.window = asyncio.Semaphore(settings.smpp_window)

    async def ask(self, operation: str, fields: Fields | None = None) -> bytes:
        """Send an operation and return the answer to it; raises `LinkLost` or `TimeoutError`."""
        sequence = self._next_sequence()
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._awaited[sequence] = answer
        try:
            self._write(written(operation, sequence, OK, fields or {}))
            return await asyncio.wait_for(answer, self._settings.smpp_timeout_s)
        finally:
            self._awaited.pop(sequence, None)

    def answer(self, head: Head, operation: str, status: int = OK) -> None:
        """Answer an operation of the SMSC; where the link is gone, it will ask again."""
        with suppress(LinkLost):
            self._write(written(operation, head.sequence, status, {}))

    async def run(self) -> None:
        """Listen and keep the pulse until the link is lost."""
        self._last_heard_at = _now()
        deeds = [asyncio.ensure_future(self._listen()), asyncio.ensure_future(self._pulse())]
        try:
            await asyncio.wait(deeds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for deed in deeds:
                deed.cancel()
            await asyncio.gather(*deeds, return_exceptions=True)
            self._end()

    async def say_farewell(self) -> None:
        """Unbind, without waiting long for an answer."""
        with suppress(LinkLost, TimeoutError):
            await asyncio.wait_for(self.ask("unbind"), _FAREWELL_S)
        self._end()

    def _end(self) -> None:
        self.lost.set()
        for answer in self._awaited.values():
            if not answer.done():
                answer.set_exception(LinkLost())
        self._writer.close()

    def _write(self, octets: bytes) -> None:
        if self.lost.is_set() or self._writer.is_closing():
            raise LinkLost
        self._writer.write(octets)

    def _next_sequence(self) -> int:
        self._sequence = self._sequence % LAST_SEQUENCE + 1
        return self._sequence

    async def _pulse(self) -> None:
        """Try the link after each silence; end where no answer comes."""
        while True:
            silence_s = _now() - self._last_heard_at
            if silence_s < self._settings.smpp_enquire_s:
                await asyncio.sleep(self._settings.smpp_enquire_s - silence_s)
                continue
            try:
                await self.ask("enquire_link")
            except (TimeoutError, LinkLost):
                log.warning("The SMSC does not answer enquire_link; the link is given up.")
                return

    async def _listen(self) -> None:
        with suppress(asyncio.IncompleteReadError, OSError, BadPdu):
            while True:
                head, octets = await read(self._reader)
                self._last_heard_at = _now()
                if not self._hear(head, octets):
                    return

    def _hear(self, head: Head, octets: bytes) -> bool:
        """Act on one operation of the SMSC; false where it says farewell."""
        if head.is_answer:
            self._settle(head, octets)
        elif head.operation == smpp_pdu.ENQUIRE_LINK:
            self.answer(head, "enquire_link_resp")
        elif head.operation in (smpp_pdu.DELIVER_SM, smpp_pdu.DATA_SM):
            self._heard(self, head, octets)
        elif head.operation == smpp_pdu.UNBIND:
            self.answer(head, "unbind_resp")
            return False
        else:
            self.answer(head, "generic_nack", INVALID_COMMAND)
        return True

    def _settle(self, head: Head, octets: bytes) -> None:
        """An answer that comes after we gave up finds nobody: its message is uncertain by then."""
        answer = self._awaited.get(head.sequence)
        if answer is not None and not answer.done():
            answer.set_result(octets)


async def bound(settings: GatewaySettings, heard: Heard) -> Link:
    """Connect and bind as transceiver; raises `NoBind`."""
    try:
        reader, writer = await asyncio.wait_for(_connected(settings), CONNECT_TIMEOUT_S)
    except (OSError, TimeoutError) as fault:
        raise NoBind(f"No connection to the SMSC ({type(fault).__name__}).") from None
    try:
        await asyncio.wait_for(_bind(reader, writer, settings), settings.smpp_timeout_s)
    except BaseException as fault:
        writer.close()
        if isinstance(fault, OSError | TimeoutError | EOFError | BadPdu):
            raise NoBind(f"The SMSC did not answer the bind ({type(fault).__name__}).") from None
        raise
    return Link(reader, writer, settings, heard)


async def read(reader: asyncio.StreamReader) -> tuple[Head, bytes]:
    """The next operation; raises `IncompleteReadError` at the end of the connection, `BadPdu` where it is none."""
    start = await reader.readexactly(smpp_pdu.HEADER_OCTETS)
    head = Head.of(start)
    return head, start + await reader.readexactly(head.octets - smpp_pdu.HEADER_OCTETS)


async def _connected(settings: GatewaySettings) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    context = None if settings.smpp_tls == "never" else ssl.create_default_context()
    return await asyncio.open_connection(settings.smpp_host, settings.smpp_port, ssl=context)


async def _bind(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, settings: GatewaySettings) -> None:
    writer.write(written("bind_transceiver", LAST_SEQUENCE, OK, _introduction(settings)))
    head, _ = await read(reader)
    if head.status != OK:
        raise NoBind(f"The SMSC refuses the bind: {words_of(head.status)}.")


def _introduction(settings: GatewaySettings) -> Fields:
    return {
        "system_id": settings.smpp_system_id,
        "password": settings.smpp_password,
        "system_type": settings.smpp_system_type,
        "interface_version": smpp_pdu.INTERFACE_VERSION,
    }


def _now() -> float:
    return asyncio.get_running_loop().time()
