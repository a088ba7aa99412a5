"""How the stand-in can be told to behave: by magic numbers and addresses, or by its control."""

import threading
from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What the stand-in does with a message handed over; some of it befalls the whole request."""

    TAKE = "take"
    INVALID_RECEIVER = "invalid_receiver"
    REFUSE = "refuse"
    LEAVE_OUT = "leave_out"
    LOG_ON_FAIL = "log_on_fail"
    HTTP_ERROR = "http_error"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    NO_ANSWER = "no_answer"
    GARBLE = "garble"


NOT_TAKEN = frozenset({Answer.LOG_ON_FAIL, Answer.HTTP_ERROR, Answer.DROP_BEFORE})
"""One such message, and nothing of its request is taken."""

TAKEN_UNTOLD = frozenset({Answer.DROP_AFTER, Answer.NO_ANSWER, Answer.GARBLE})
"""One such message, and its request is taken without a usable answer."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happens to an SMS: the answer, and a delivery report for each of `states` (none: never) after `delay_s`."""

    answer: Answer = Answer.TAKE
    http_status: int = 500
    slow_s: float = 0.0
    states: tuple[str, ...] = ("DELIVRD",)
    delay_s: float | None = None
    """Seconds; `None` means what the process was started with."""
    before_answer: bool = False


class MailStep(StrEnum):
    """When an SMTP reply is given instead of the usual one."""

    RECIPIENT = "recipient"
    CONTENTS = "contents"


@dataclass(frozen=True, slots=True)
class MailBehaviour:
    """What happens to an e-mail: `reply` at `step` where given, and `slow_s` seconds before the last answer."""

    step: MailStep = MailStep.RECIPIENT
    reply: str = ""
    slow_s: float = 0.0
    drop: bool = False
    """Take the e-mail, and cut the connection instead of answering."""
    returns: str = ""
    """What comes back of it once it is taken: a bounce with this status code, such as `5.1.1`, or `complaint`."""
    delay_s: float | None = None
    """Seconds until it comes back; `None` means as long as a delivery report takes."""


MAGIC_PREFIX = "47900001"
"""Valid Norwegian mobile numbers: +47 900 00 1nn."""

HANG_S = 3600.0
LATE_S = 30.0

MAGIC_NUMBERS: dict[str, tuple[Behaviour, str]] = {
    MAGIC_PREFIX + ending: (behaviour, words)
    for ending, behaviour, words in (
        ("00", Behaviour(), "Delivered, as any other number"),
        ("01", Behaviour(Answer.INVALID_RECEIVER), "Refused: Invalid RCV"),
        ("02", Behaviour(Answer.REFUSE), "Refused for another reason"),
        ("03", Behaviour(Answer.LOG_ON_FAIL), "The whole request is answered LOGON FAIL"),
        ("04", Behaviour(Answer.HTTP_ERROR), "The whole request is answered HTTP 500"),
        ("05", Behaviour(Answer.HTTP_ERROR, http_status=503), "The whole request is answered HTTP 503"),
        ("06", Behaviour(slow_s=5.0), "The answer takes 5 seconds"),
        ("07", Behaviour(Answer.NO_ANSWER), "Taken, and never answered"),
        ("08", Behaviour(Answer.DROP_AFTER), "Taken, and the connection cut instead of an answer"),
        ("09", Behaviour(Answer.DROP_BEFORE), "Not taken, and the connection cut instead of an answer"),
        ("10", Behaviour(Answer.LEAVE_OUT), "Taken, and left out of the answer"),
        ("11", Behaviour(Answer.GARBLE), "Taken, and the answer is no XML"),
        ("20", Behaviour(states=("DELIVRD",)), "Report DELIVRD: delivered"),
        ("21", Behaviour(states=("EXPIRED",)), "Report EXPIRED: the validity period passed"),
        ("22", Behaviour(states=("DELETED",)), "Report DELETED: deleted"),
        ("23", Behaviour(states=("UNDELIV",)), "Report UNDELIV: invalid number or no route"),
        ("24", Behaviour(states=("REJECTD",)), "Report REJECTD: rejected"),
        ("25", Behaviour(states=("FAILED",)), "Report FAILED: no operator took it"),
        ("26", Behaviour(states=("NULL",)), "Report NULL: no report from the operator"),
        ("27", Behaviour(states=("UNKNOWN",)), "Report UNKNOWN: no information"),
        ("28", Behaviour(states=("BARRED",)), "Report BARRED: barred, blocked or not in use"),
        ("29", Behaviour(states=("BARREDA",)), "Report BARREDA: under the age limit"),
        ("30", Behaviour(states=("ZEROBAL",)), "Report ZEROBAL: prepaid account empty"),
        ("31", Behaviour(states=("BANANAS",)), "Report with a state that nobody knows"),
        ("40", Behaviour(delay_s=LATE_S), "Report comes after 30 seconds"),
        ("41", Behaviour(states=("DELIVRD", "DELIVRD")), "Report comes twice"),
        ("42", Behaviour(states=()), "Report never comes"),
        ("43", Behaviour(before_answer=True), "Report comes before the answer"),
        ("44", Behaviour(states=("DELIVRD", "UNDELIV")), "Report DELIVRD, and then UNDELIV"),
    )
}

MAGIC_MAILBOXES: dict[str, tuple[MailBehaviour, str]] = {
    "bounce": (MailBehaviour(reply="550 5.1.1 No such mailbox here"), "Refused: no such mailbox"),
    "nodomain": (MailBehaviour(reply="550 5.1.2 No such domain"), "Refused: no such domain"),
    "badform": (MailBehaviour(reply="553 5.1.3 Bad form of address"), "Refused: bad form of address"),
    "full": (MailBehaviour(reply="552 5.2.2 Mailbox full"), "Refused: mailbox full"),
    "relay": (MailBehaviour(reply="554 5.7.1 Relaying denied"), "Refused: relaying denied"),
    "later": (MailBehaviour(reply="451 4.7.1 Try again later"), "Refused for now"),
    "busy": (MailBehaviour(reply="421 4.3.2 Service not available"), "Refused for now, and the connection closed"),
    "spam": (MailBehaviour(MailStep.CONTENTS, "554 5.7.1 Looks like spam"), "Refused after reading it: spam"),
    "large": (MailBehaviour(MailStep.CONTENTS, "552 5.3.4 Message too big"), "Refused after reading it: too large"),
    "laterstill": (MailBehaviour(MailStep.CONTENTS, "450 4.2.0 Try again later"), "Refused for now after reading it"),
    "slow": (MailBehaviour(slow_s=5.0), "The answer takes 5 seconds"),
    "bounced": (MailBehaviour(returns="5.1.1"), "Taken, and bounces: no such mailbox"),
    "bouncedfull": (MailBehaviour(returns="5.2.2"), "Taken, and bounces: mailbox full"),
    "bouncedspam": (MailBehaviour(returns="5.7.1 Looks like spam"), "Taken, and bounces: spam"),
    "bouncedlate": (MailBehaviour(returns="5.1.1", delay_s=LATE_S), "Taken, and bounces after 30 seconds"),
    "delayed": (MailBehaviour(returns="4.4.1"), "Taken, and reported delayed"),
    "complaint": (MailBehaviour(returns="complaint"), "Taken, and the person reports it as spam"),
    "drop": (MailBehaviour(drop=True), "Taken, and the connection cut instead of an answer"),
}
"""What stands before the `@`, in whatever domain."""


class Rules:
    """Which behaviour holds for a message: its number's, then its sender's, then that of all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Back to the magic numbers and addresses alone."""
        with self._lock:
            self._numbers = {number: behaviour for number, (behaviour, _) in MAGIC_NUMBERS.items()}
            self._senders: dict[str, Behaviour] = {}
            self._all = Behaviour()
            self._mailboxes: dict[str, MailBehaviour] = {}
            self._all_mailboxes = MailBehaviour()

    def of_sms(self, number: str, sender: str) -> Behaviour:
        """The behaviour for one SMS; `number` without `+`."""
        return self._numbers.get(number) or self._senders.get(sender, self._all)

    def of_mail(self, address: str) -> MailBehaviour:
        """The behaviour for one e-mail."""
        told = self._mailboxes.get(address.lower())
        if told is not None:
            return told
        magic = MAGIC_MAILBOXES.get(address.partition("@")[0].lower())
        return magic[0] if magic else self._all_mailboxes

    def tell_number(self, number: str, behaviour: Behaviour) -> None:
        """For one number, a magic one or not."""
        with self._lock:
            self._numbers[number.removeprefix("+")] = behaviour

    def tell_sender(self, sender: str, behaviour: Behaviour) -> None:
        """For everything from one sender, except to numbers with a rule of their own."""
        with self._lock:
            self._senders[sender] = behaviour

    def tell_all(self, behaviour: Behaviour) -> None:
        """For every SMS that no other rule is for."""
        with self._lock:
            self._all = behaviour

    def tell_mailbox(self, address: str, behaviour: MailBehaviour) -> None:
        """For one e-mail address; `*` is every address that no other rule is for."""
        with self._lock:
            if address == "*":
                self._all_mailboxes = behaviour
            else:
                self._mailboxes[address.lower()] = behaviour
