"""What every gateway promises: messages in, one outcome per message out, delivery reports later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from app.messaging.logo import Logo
from app.messaging.status import Channel, Route, Status


class Message(NamedTuple):
    """One notification as it is handed over; a named tuple since a batch makes a thousand of them."""

    id: int
    address: str
    sender: str
    text: str
    subject: str = ""
    html: str = ""
    """The same as a whole HTML page, where there is one; `text` is then for those who ask for plain text."""
    expires_at: datetime | None = None
    key: str = ""
    """Ours, and unique to this hand-over: the same key again means the same hand-over again."""
    logo: Logo | None = None
    """The image that `html` means by its content id, where it does."""


class Accepted(NamedTuple):
    """The gateway took the message and calls it `reference` in its delivery reports."""

    reference: str
    words: str = ""
    code: str = ""
    segments: tuple[str, ...] = ()
    """The references of all segments in their order, where each has one of its own; `reference` is the first."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway will never take this message; `reason` is a key of `reasons.WORDS`, `words` the gateway's own."""

    status: Status
    reason: str
    words: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class RefusedForNow:
    """The gateway surely did not take the message and may take it later, at the earliest in `retry_after_s` seconds."""

    words: str
    code: str = ""
    retry_after_s: float | None = None
    of_message: bool = False
    """Whether it is about this one message; otherwise the gateway as a whole would not, or could not be reached."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Whether the gateway took the message cannot be known, so no machine may send it again."""

    words: str
    code: str = ""


Outcome = Accepted | Refused | RefusedForNow | Uncertain


class Report(NamedTuple):
    """What the gateway says became of one message; `state` is `None` where its words are not known to us."""

    reference: str
    state: Status | None
    words: str
    reason: str = ""
    at: datetime | None = None
    receiver: str = ""
    number: str = ""
    """The report's number within the gateway's post, repeated in our answer."""
    may_be_segment: bool = False
    """Whether the reference may be that of one segment of several."""


@dataclass(frozen=True, slots=True)
class PromisedReports:
    """One report about many accepted messages, due at one time, from a gateway without reports of its own."""

    state: Status
    reason: str
    words: str
    due_at: datetime
    ids: list[int]
    references: list[str]
    """The messages' references, in the order of `ids`."""


class Gateway(Protocol):
    """A way out of the house for one channel by one route; safe to use by several threads of one process."""

    @property
    def name(self) -> str:
        """How attempts and administrators call it."""

    @property
    def channel(self) -> Channel:
        """The channel it carries."""

    @property
    def route(self) -> Route:
        """Whether what it takes reaches people."""

    @property
    def batch_size(self) -> int:
        """How many messages one request holds at most."""

    @property
    def window(self) -> int:
        """How many requests are under way at once at most."""

    @property
    def recognises_repeats(self) -> bool:
        """Whether the same key twice is delivered once, so that an uncertain hand-over may be repeated."""

    def submit(self, slices: Sequence[Sequence[Message]]) -> list[list[Outcome]]:
        """Hand over each slice as one request; one outcome per message in the same order, and no exceptions."""

    def promised_reports(
        self, messages: Sequence[Message], outcomes: Sequence[Outcome], now: datetime
    ) -> list[PromisedReports]:
        """The reports that the caller must deliver to itself; none where the gateway sends its own."""

    def close(self) -> None:
        """Let go of connections and threads; the next `submit` takes new ones."""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Everything the gateways must be told, named as in the application's configuration; times are in seconds."""

    name: str = ""
    """How the gateway is called; empty: as its kind."""
    link_url: str = ""
    link_user: str = ""
    link_password: str = ""
    link_timeout_s: float = 30.0
    link_window: int = 8
    smpp_host: str = ""
    smpp_port: int = 2775
    smpp_system_id: str = ""
    smpp_password: str = ""
    smpp_system_type: str = ""
    smpp_tls: str = "never"
    """`required`, or `never` where the way to the SMSC is private."""
    smpp_window: int = 10
    smpp_timeout_s: float = 10.0
    smpp_enquire_s: float = 30.0
    smpp_alphabet: str = "unpacked"
    """How GSM-7 travels: `unpacked` or `packed`."""
    smpp_long: str = "udh"
    """How more than one segment travels: `udh` or `payload`."""
    smpp_answer_ids: str = "text"
    smpp_receipt_ids: str = "text"
    """How the SMSC writes a message's id in its answers and in its receipts: `text`, `decimal` or `hex`."""
    smpp_door: str = "127.0.0.1:2776"
    """Where `varsel smpp` takes messages from the workers of its machine."""
    secret_key: str = ""
    """By which the workers and `varsel smpp` know each other."""
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: str = "offered"
    """`offered`, `required` or `never`."""
    smtp_timeout_s: float = 30.0
    smtp_bounce_address: str = ""
    """Where bounces go, each to an address of its own made from this one; empty: to the sender."""
    smtp_unsubscribe: str = ""
    """`https://…` or `mailto:…`, where people say that they want no more e-mail."""
    smtp_report_user: str = ""
    smtp_report_password: str = ""
    """Basic authentication of whoever posts bounces and complaints."""
    smtp_imap_host: str = ""
    smtp_imap_port: int = 993
    smtp_imap_user: str = ""
    smtp_imap_password: str = ""
    smtp_imap_tls: str = "required"
    """`required` or `never`."""
    smtp_imap_folder: str = "INBOX"
    email_bounce_window_s: float = 600.0
    simulator_delay_s: float = 2.0

    @classmethod
    def of(cls, settings: Mapping[str, Any], name: str = "", kind: str = "") -> "GatewaySettings":
        """From the application's settings, which have the same names in capitals.

        A gateway with a name has settings that begin with it, and those go before its kind's: `link-a` takes
        `LINK_A_URL` for `link_url`.
        """
        own = {
            field: settings[key]
            for field in cls.__slots__
            if kind and field.startswith(kind + "_")
            if (key := (name.replace("-", "_") + field.removeprefix(kind)).upper()) in settings
        }
        given = {field: settings[field.upper()] for field in cls.__slots__ if field != "name"}
        return cls(name=name, **{**given, **own})


class NoGateway(Exception):
    """No gateway carries that channel by that route."""
