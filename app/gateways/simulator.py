"""The test environment's simulator: takes every SMS, reaches no phone, and reports what the number asks for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from app.gateways import reasons
from app.gateways.contract import Accepted, GatewaySettings, Message, Outcome, PromisedReports, Refused
from app.messaging.status import Channel, Route, Status

MAGIC_PREFIX = "+47900001"


class Fate(NamedTuple):
    """What the simulator reports about one number, in the words of the gateway it stands for."""

    state: Status
    words: str
    reason: str = reasons.SIMULATED


REFUSED_NUMBERS: dict[str, Refused] = {
    MAGIC_PREFIX + "01": Refused(
        Status.SMS_FAILED_INVALID_RECIPIENT, reasons.INVALID_RECIPIENT, "Invalid RCV (simulated)"
    ),
    MAGIC_PREFIX + "02": Refused(Status.SMS_FAILED, reasons.GATEWAY_REFUSED, "Not allowed (simulated)"),
}
"""Numbers that the simulator refuses for good; the stand-in gateway refuses the same ones."""

REPORTED_NUMBERS: dict[str, Fate] = {
    MAGIC_PREFIX + "21": Fate(Status.SMS_FAILED_EXPIRED, "EXPIRED"),
    MAGIC_PREFIX + "22": Fate(Status.SMS_FAILED_DELETED, "DELETED"),
    MAGIC_PREFIX + "23": Fate(Status.SMS_FAILED_UNDELIVERED, "UNDELIV"),
    MAGIC_PREFIX + "24": Fate(Status.SMS_FAILED_REJECTED, "REJECTD"),
    MAGIC_PREFIX + "25": Fate(Status.SMS_FAILED, "FAILED"),
    MAGIC_PREFIX + "26": Fate(Status.SMS_FAILED, "NULL"),
    MAGIC_PREFIX + "27": Fate(Status.SMS_FAILED, "UNKNOWN"),
    MAGIC_PREFIX + "28": Fate(Status.SMS_FAILED_BARRED_RECEIVER, "BARRED"),
    MAGIC_PREFIX + "29": Fate(Status.SMS_FAILED_REJECTED, "BARREDA"),
    MAGIC_PREFIX + "30": Fate(Status.SMS_FAILED, "ZEROBAL"),
}
"""Numbers that end in another status than delivered; the stand-in gateway reports the same of them."""

OWN_NUMBERS: dict[str, Fate] = {
    MAGIC_PREFIX + "51": Fate(Status.SMS_FAILED_RECIPIENT_RESERVED, "RESERVED"),
    MAGIC_PREFIX + "52": Fate(Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED, "NOT IDENTIFIED"),
}
"""Numbers that end in statuses which no operator reports, and which the simulator alone knows."""

LATE_NUMBER, TWICE_NUMBER, NEVER_NUMBER = MAGIC_PREFIX + "40", MAGIC_PREFIX + "41", MAGIC_PREFIX + "42"
LATE = timedelta(seconds=30)
TWICE_AFTER = timedelta(seconds=1)

_DELIVERED = Fate(Status.SMS_DELIVERED, "DELIVRD")


class MagicNumber(NamedTuple):
    """A number that rehearses an outcome: the status it ends in, and how that comes about."""

    number: str
    status: Status
    words: str


def _of_report(number: str, fate: Fate) -> MagicNumber:
    return MagicNumber(number, fate.state, f"Taken, then reported {fate.words}")


MAGIC_NUMBERS: tuple[MagicNumber, ...] = (
    *(MagicNumber(number, told.status, f"Refused at once: {told.words}") for number, told in REFUSED_NUMBERS.items()),
    *(_of_report(number, fate) for number, fate in {**REPORTED_NUMBERS, **OWN_NUMBERS}.items()),
    MagicNumber(LATE_NUMBER, Status.SMS_DELIVERED, "The report comes 30 seconds late"),
    MagicNumber(TWICE_NUMBER, Status.SMS_DELIVERED, "The report comes twice; the second changes nothing"),
    MagicNumber(NEVER_NUMBER, Status.SMS_FAILED_TTL, "The report never comes, until the time to live has passed"),
)
"""Every number with an outcome of its own; all others are reported delivered."""


class Simulator:
    """The gateway for SMS that must not reach people; a reference follows from the key, so a repeat is recognised."""

    channel = Channel.SMS
    route = Route.SIMULATED
    batch_size = 1000
    window = 1
    recognises_repeats = True

    def __init__(self, settings: GatewaySettings) -> None:
        self.name = settings.name or "simulator"
        self._delay = timedelta(seconds=settings.simulator_delay_s)

    def submit(self, slices: Sequence[Sequence[Message]]) -> list[list[Outcome]]:
        """Take everything but the numbers that ask to be refused."""
        return [
            [REFUSED_NUMBERS.get(message.address) or Accepted("sim-" + message.key) for message in messages]
            for messages in slices
        ]

    def promised_reports(
        self, messages: Sequence[Message], outcomes: Sequence[Outcome], now: datetime
    ) -> list[PromisedReports]:
        """One report per accepted message but to numbers that ask otherwise, grouped by what is reported and when."""
        groups: dict[tuple[Fate, datetime], PromisedReports] = {}
        usual, special = (now + self._delay,), self._special(now + self._delay)
        for message, outcome in zip(messages, outcomes, strict=True):
            if isinstance(outcome, Accepted):
                for due_at in special.get(message.address, usual):
                    _add(groups, message, outcome.reference, due_at)
        return list(groups.values())

    def _special(self, usual: datetime) -> dict[str, tuple[datetime, ...]]:
        """When other reports than the usual one come; two apart, so that the second finds the first applied."""
        return {LATE_NUMBER: (usual + LATE,), TWICE_NUMBER: (usual, usual + TWICE_AFTER), NEVER_NUMBER: ()}

    def close(self) -> None:
        """Nothing is held."""


def _add(
    groups: dict[tuple[Fate, datetime], PromisedReports], message: Message, reference: str, due_at: datetime
) -> None:
    fate = REPORTED_NUMBERS.get(message.address) or OWN_NUMBERS.get(message.address, _DELIVERED)
    group = groups.get((fate, due_at))
    if group is None:
        group = groups[fate, due_at] = PromisedReports(fate.state, fate.reason, fate.words, due_at, [], [])
    group.ids.append(message.id)
    group.references.append(reference)
