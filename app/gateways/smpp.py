"""SMS by SMPP 3.4 through `varsel smpp`, the process on this machine that holds the bind to the SMSC.

A bind must outlive a worker's jobs, and receipts come at any time. So a worker hands its slice to that process, and
learns of each message when it begins to go out and what the SMSC answered: whoever dies in between, no more is in doubt
than what was really on its way.
"""

import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from io import BufferedRWPair

from app.gateways import smpp_wire as wire
from app.gateways.contract import GatewaySettings, Message, Outcome, RefusedForNow, Uncertain
from app.gateways.smpp_door import BUDGET_S, host_and_port
from app.gateways.smpp_wire import BadLine
from app.gateways.window import Windowed
from app.messaging.status import Channel, Route

_CONNECT_TIMEOUT_S = 5.0
_MARGIN_S = 10.0
_UNSENT = RefusedForNow("The process that holds the bind to the SMSC ended before this message's turn.", "door")
_CUT = Uncertain("The process that holds the bind ended before the SMSC's answer.", "door")
_SILENT = Uncertain("The process that holds the bind did not answer in time.", "timeout")


class Smpp(Windowed):
    """SMS to real phones; receipts come to the process that holds the bind, see `smpp_session`."""

    channel = Channel.SMS
    route = Route.REAL
    batch_size = 100
    recognises_repeats = False

    def __init__(self, settings: GatewaySettings) -> None:
        # The messages of all slices share the bind's own window.
        super().__init__(settings.name or "smpp", 4)
        self._settings = settings

    def _hand_over(self, messages: Sequence[Message]) -> list[Outcome]:
        try:
            door = self._connected()
        except (OSError, ValueError) as fault:
            return [_nobody(fault)] * len(messages)
        with closing(door), door.makefile("rwb") as lines:
            try:
                slice_told = self._introduced(lines, messages)
            except (OSError, BadLine) as fault:
                return [_nobody(fault)] * len(messages)
            return _outcomes(lines, slice_told, len(messages))

    def _connected(self) -> socket.socket:
        door = socket.create_connection(host_and_port(self._settings.smpp_door), _CONNECT_TIMEOUT_S)
        door.settimeout(BUDGET_S + self._settings.smpp_timeout_s + _MARGIN_S)
        return door

    def _introduced(self, lines: BufferedRWPair, messages: Sequence[Message]) -> bytes:
        """The line that hands the slice over, once the other side has proved its knowledge of the key."""
        key, workers = self._settings.secret_key, wire.nonce()
        lines.write(wire.line(nonce=workers))
        lines.flush()
        told = wire.read(lines.readline())
        doors = str(told.get("nonce", ""))
        if not wire.is_proof(told.get("proof"), wire.proof(key, "door", workers, doors)):
            raise BadLine("Somebody who does not know the key listens for messages.")
        return wire.line(proof=wire.proof(key, "worker", workers, doors), messages=wire.messages_told(messages))


def _nobody(fault: Exception) -> RefusedForNow:
    return RefusedForNow(f"`varsel smpp` does not answer on this machine ({type(fault).__name__}).", "door")


def _outcomes(lines: BufferedRWPair, slice_told: bytes, number: int) -> list[Outcome]:
    """What became of each message, as far as it was told."""
    heard: list[Outcome] = [_UNSENT] * number
    try:
        lines.write(slice_told)
        lines.flush()
        for place, outcome in _heard(lines):
            heard[place] = outcome
    except (OSError, BadLine):
        # It may still live and go on: only what it answered is known.
        return [_SILENT if outcome in (_UNSENT, _CUT) else outcome for outcome in heard]
    return heard


def _heard(lines: BufferedRWPair) -> Iterator[tuple[int, Outcome]]:
    """What is known of a message by its place; nothing before it begins to go out, and all at the end of the lines."""
    while said := lines.readline():
        told = wire.read(said)
        if told.pop("done", False):
            return
        place = int(told.pop("n"))
        yield place, _CUT if told.pop("begun", False) else wire.outcome_heard(told)
