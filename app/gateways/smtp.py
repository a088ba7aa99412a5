"""E-mail by SMTP: many messages over one connection, and an honest word about what a server's `250` means."""

import ipaddress
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime, timedelta

from app.gateways import reasons
from app.gateways.contract import (
    Accepted,
    GatewaySettings,
    Message,
    Outcome,
    PromisedReports,
    Refused,
    RefusedForNow,
    Uncertain,
)
from app.gateways.mime import CannotBeWritten, Letter, Sending, letter_for
from app.gateways.smtp_replies import Reply, Step, outcome_of
from app.gateways.window import Windowed
from app.messaging.status import Channel, Route, Status

_GO_ON = frozenset({250, 251, 252, 354})
_FAULTS = (smtplib.SMTPException, OSError)


class _Stop(Exception):
    """The connection is of no more use; nothing of what follows was handed over."""

    def __init__(self, outcome: RefusedForNow) -> None:
        super().__init__(outcome.words)
        self.outcome = outcome


class Smtp(Windowed):
    """E-mail to real mailboxes, also in test environments; a slice travels over one connection."""

    channel = Channel.EMAIL
    route = Route.REAL
    batch_size = 20
    recognises_repeats = False

    def __init__(self, settings: GatewaySettings) -> None:
        super().__init__(settings.name or "smtp", 4)
        self._settings = settings
        self._sending = Sending.of(settings)
        self._bounce_window = timedelta(seconds=settings.email_bounce_window_s)

    def promised_reports(
        self, messages: Sequence[Message], outcomes: Sequence[Outcome], now: datetime
    ) -> list[PromisedReports]:
        """Delivered, if no bounce has come back by the end of the bounce window; SMTP itself confirms nothing more."""
        taken = [(m.id, o.reference) for m, o in zip(messages, outcomes, strict=True) if isinstance(o, Accepted)]
        if not taken:
            return []
        ids, references = zip(*taken, strict=True)
        due_at = now + self._bounce_window
        return [
            PromisedReports(
                Status.EMAIL_DELIVERED, reasons.NO_BOUNCE, "No bounce.", due_at, list(ids), list(references)
            )
        ]

    def _hand_over(self, messages: Sequence[Message]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        try:
            with _connected(self._settings) as server:
                for message in messages:
                    outcomes.append(_sent(server, message, self._sending))
                    _require_connection(server)
        except _Stop as stop:
            outcomes += [stop.outcome] * (len(messages) - len(outcomes))
        return outcomes


@contextmanager
def _connected(settings: GatewaySettings) -> Iterator[smtplib.SMTP]:
    """A connection that is greeted, encrypted where it may be, and logged in; raises `_Stop`."""
    with closing(_opened(settings)) as server:
        yield server
        with suppress(*_FAULTS):
            server.quit()


def _opened(settings: GatewaySettings) -> smtplib.SMTP:
    try:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.smtp_timeout_s)
        with ExitStack() as if_it_fails:
            if_it_fails.callback(server.close)
            _introduce(server, settings)
            if_it_fails.pop_all()
    except smtplib.SMTPResponseException as fault:
        raise _Stop(_for_now(Reply.of(fault.smtp_code, fault.smtp_error))) from fault
    except _FAULTS as fault:
        words = f"No connection to the e-mail server ({type(fault).__name__})."
        raise _Stop(RefusedForNow(words, "connect")) from fault
    return server


def _introduce(server: smtplib.SMTP, settings: GatewaySettings) -> None:
    server.ehlo_or_helo_if_needed()
    encrypted = _encrypt(server, settings)
    if settings.smtp_user:
        _log_in(server, settings, encrypted)


def _encrypt(server: smtplib.SMTP, settings: GatewaySettings) -> bool:
    if settings.smtp_tls == "never":
        return False
    if not server.has_extn("starttls"):
        if settings.smtp_tls == "required":
            raise _Stop(RefusedForNow("The e-mail server offers no TLS, and SMTP_TLS requires it.", "tls"))
        return False
    code, words = server.starttls(context=ssl.create_default_context())
    if code != 220:
        raise smtplib.SMTPResponseException(code, words)
    server.ehlo()
    return True


def _log_in(server: smtplib.SMTP, settings: GatewaySettings, encrypted: bool) -> None:
    if not encrypted and not _is_loopback(settings.smtp_host):
        words = "The e-mail server offers no TLS, and our password does not travel without."
        raise _Stop(RefusedForNow(words, "tls"))
    server.login(settings.smtp_user, settings.smtp_password)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sent(server: smtplib.SMTP, message: Message, sending: Sending) -> Outcome:
    """What came of one message; a connection that ends before the message's last dot leaves it surely not sent."""
    try:
        letter = letter_for(message, sending)
        return _refused_before_contents(server, letter) or _contents_sent(server, letter)
    except CannotBeWritten as fault:
        return Refused(Status.EMAIL_FAILED_INVALID_FORMAT, reasons.CANNOT_BE_WRITTEN, str(fault))
    except _FAULTS as fault:
        server.close()
        return RefusedForNow(f"The connection to the e-mail server was lost ({type(fault).__name__}).", "connect")


def _refused_before_contents(server: smtplib.SMTP, letter: Letter) -> Outcome | None:
    """The refusal of the sender, the recipient or the wish to send, if any; the connection is then ready for more."""
    if letter.needs_utf8 and not server.has_extn("smtputf8"):
        words = "The e-mail server takes no addresses with other letters than a-z."
        return Refused(Status.EMAIL_FAILED_INVALID_FORMAT, reasons.ADDRESS_FORM, words)
    for step, reply in _replies_before_contents(server, letter):
        if reply.code not in _GO_ON:
            return _put_aside(server, step, reply)
    return None


def _replies_before_contents(server: smtplib.SMTP, letter: Letter) -> Iterator[tuple[Step, Reply]]:
    """The server's answers one by one; the next thing is only said when the next answer is asked for."""
    yield Step.SENDER, Reply.of(*server.mail(letter.envelope_from, ["SMTPUTF8"] if letter.needs_utf8 else []))
    yield Step.RECIPIENT, Reply.of(*server.rcpt(letter.envelope_to))
    yield Step.DATA, Reply.of(*server.docmd("DATA"))


def _put_aside(server: smtplib.SMTP, step: Step, reply: Reply) -> Outcome:
    if reply.code == 421:
        server.close()
    else:
        with suppress(*_FAULTS):
            server.rset()
    return outcome_of(step, reply)


def _contents_sent(server: smtplib.SMTP, letter: Letter) -> Outcome:
    server.send(letter.contents)
    try:
        reply = Reply.of(*server.getreply())
    except _FAULTS as fault:
        server.close()
        words = f"The e-mail was sent, and the connection lost before the answer ({type(fault).__name__})."
        return Uncertain(words, "lost")
    if reply.code == 250:
        return Accepted(letter.message_id, reply.words, reply.shown_code)
    return _put_aside(server, Step.CONTENTS, reply)


def _require_connection(server: smtplib.SMTP) -> None:
    if server.sock is None:
        raise _Stop(RefusedForNow("The connection was lost before this e-mail's turn.", "connect"))


def _for_now(reply: Reply) -> RefusedForNow:
    """A server that will not talk to us says nothing about the message."""
    return RefusedForNow(reply.words, reply.shown_code)
