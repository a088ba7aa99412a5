"""The SMTP door: takes e-mail for any address into a mailbox of that name."""

import asyncio
import email
import socket
import time
from email.message import EmailMessage
from email.policy import default as modern
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.standin.behaviour import MailBehaviour, MailStep
from app.standin.desk import Desk
from app.standin.returns import Taken, row_of
from app.standin.shelf import Arriving

MOST_BYTES = 30 * 1024 * 1024
READY_WITHIN_S = 60.0
PORTS_TRIED = 5
_POLL_S = 0.1


class MailDoor:
    """What `aiosmtpd` asks about each recipient and each e-mail; the names of its methods are that library's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or give the reply that was told."""
        behaviour = self._desk.rules.of_mail(address)
        if behaviour.reply and behaviour.step is MailStep.RECIPIENT:
            if behaviour.reply.startswith("421"):
                await _say_and_close(server, behaviour.reply)
            return behaviour.reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the e-mail in each recipient's mailbox, or give the reply that was told."""
        behaviours = [self._desk.rules.of_mail(address) for address in envelope.rcpt_tos]
        refusal = next((told.reply for told in behaviours if told.reply), "")
        if refusal:
            return refusal
        reference = _kept(self._desk, envelope, behaviours)
        await self._stalled(max(told.slow_s for told in behaviours))
        _cut_where_told(server, behaviours)
        return f"250 2.0.0 Taken as {reference}"

    async def _stalled(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._desk.stopping.is_set():
            await asyncio.sleep(_POLL_S)


async def _say_and_close(server: SMTP, reply: str) -> None:
    await server.push(reply)
    if server.transport is not None:
        server.transport.close()


def _cut_where_told(server: SMTP, behaviours: list[MailBehaviour]) -> None:
    if any(told.drop for told in behaviours) and server.transport is not None:
        cast(asyncio.Transport, server.transport).abort()


def _kept(desk: Desk, envelope: Envelope, behaviours: list[MailBehaviour]) -> str:
    contents = envelope.content or b""
    mail = email.message_from_bytes(contents if isinstance(contents, bytes) else contents.encode(), policy=modern)
    reference, subject, sender = (str(mail.get(name, "")) for name in ("Message-ID", "Subject", "From"))
    text, now = _text_of(mail), time.time()
    numbers = desk.mailboxes.add(
        [Arriving(address, sender, text, reference, now, subject, _note(mail)) for address in envelope.rcpt_tos]
    )
    for number, address, told in zip(numbers, envelope.rcpt_tos, behaviours, strict=True):
        if told.returns:
            _send_back(desk, number, Taken(envelope.mail_from or "", address, _headers_of(contents)), told)
    return reference


def _send_back(desk: Desk, number: int, taken: Taken, told: MailBehaviour) -> None:
    delay_s = desk.settings.report_delay_s if told.delay_s is None else told.delay_s
    desk.returns.promise([row_of(number, taken, told.returns)], delay_s)


def _headers_of(contents: bytes | str) -> str:
    text = contents.decode("utf-8", "replace") if isinstance(contents, bytes) else contents
    return text.replace("\r\n", "\n").partition("\n\n")[0]


def _note(mail: email.message.Message) -> str:
    return "Plain and HTML" if mail.is_multipart() else ""


def _text_of(mail: EmailMessage) -> str:
    """The plain version where there is one, otherwise whatever there is, as it was written."""
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return "The text cannot be read."


def controller_for(desk: Desk) -> Controller:
    """The SMTP server, not yet started; raises `OSError` where the port is taken."""
    settings = desk.settings
    return Controller(
        MailDoor(desk),
        hostname=settings.host,
        port=_free_port(settings.host, settings.smtp_port),
        enable_SMTPUTF8=True,
        data_size_limit=MOST_BYTES,
        ready_timeout=READY_WITHIN_S,
    )


def started(controller: Controller, desk: Desk) -> Controller:
    """Start the SMTP server, or another where any port will do and somebody has taken this one; raises `OSError`."""
    for _ in range(PORTS_TRIED):
        try:
            controller.start()
            return controller
        except OSError:
            controller.loop.close()
            if desk.settings.smtp_port:
                raise
            controller = controller_for(desk)
    raise OSError("No port was free for the SMTP server.")


def _free_port(host: str, wanted: int) -> int:
    """The port wanted, or any for 0: `aiosmtpd` can neither choose one nor say at once that one is taken."""
    with socket.create_server((host, wanted)) as probe:
        return int(probe.getsockname()[1])
