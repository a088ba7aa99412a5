"""One e-mail as it goes over the wire: headers, contents in UTF-8, and a plain version beside HTML."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache

from app.gateways.contract import GatewaySettings, Message
from app.messaging.logo import CONTENT_ID, Logo

_ENVELOPE_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
_AUTOMATIC = b"Auto-Submitted: auto-generated\r\n"
_KEY = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BARE_END_OF_LINE = re.compile(rb"\r\n|\r|\n")


class CannotBeWritten(Exception):
    """An address or a header of this e-mail cannot be written down; the words do not quote it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail in its envelope; `contents` end with the dot that SMTP asks for."""

    envelope_from: str
    envelope_to: str
    message_id: str
    contents: bytes
    needs_utf8: bool


@dataclass(frozen=True, slots=True)
class Sending:
    """What all e-mails of a gateway say beside their own words: where bounces go, and where to say no more."""

    bounce_address: str = ""
    unsubscribe: str = ""

    @classmethod
    def of(cls, settings: GatewaySettings) -> "Sending":
        """As the settings say."""
        return cls(settings.smtp_bounce_address, settings.smtp_unsubscribe)


PLAIN_SENDING = Sending()


def letter_for(message: Message, sending: Sending = PLAIN_SENDING) -> Letter:
    """The e-mail for a message, with a `Message-ID` that follows from its key; raises `CannotBeWritten`.

    With a bounce address the envelope's sender is one of its own, from which its `Message-ID` follows (VERP): servers
    that send back nothing of an e-mail still send the bounce there.
    """
    name, sender = parseaddr(_one_line(message.sender))
    for address in (sender, message.address):
        if _ENVELOPE_ADDRESS.fullmatch(address) is None:
            raise CannotBeWritten("The sender or the recipient is not an e-mail address.")
    returns, _, host = (sending.bounce_address or sender).rpartition("@")
    token = _unique(message)
    message_id = f"<{token}@{host}>"
    return_address = f"{returns}+{token}@{host}" if sending.bounce_address else sender
    needs_utf8 = not (sender + message.address).isascii()
    shown = formataddr((name, sender)) if sender.isascii() else sender
    contents = _contents(message, shown, message_id, needs_utf8, sending.unsubscribe)
    return Letter(return_address, message.address, message_id, contents, needs_utf8)


def _contents(message: Message, sender: str, message_id: str, needs_utf8: bool, unsubscribe: str) -> bytes:
    """The parts that an order's e-mails share are written once; writing them takes most of an e-mail's time."""
    try:
        own = f"To: {message.address}\r\nDate: {format_datetime(datetime.now(UTC))}\r\nMessage-ID: {message_id}\r\n"
        headers = _header("From", sender, needs_utf8) + _header("Subject", _one_line(message.subject), needs_utf8)
        # By RFC 2369 without RFC 8058: the page there asks the person, one click does not do it.
        headers += _header("List-Unsubscribe", f"<{unsubscribe}>", False) if unsubscribe else b""
        return _dotted(headers + own.encode() + _AUTOMATIC + _body(message.text, message.html, message.logo))
    except (MessageError, ValueError, IndexError) as fault:
        raise CannotBeWritten(f"The e-mail cannot be written ({type(fault).__name__}).") from None


@lru_cache(maxsize=64)
def _header(name: str, value: str, needs_utf8: bool) -> bytes:
    policy = SMTPUTF8 if needs_utf8 else SMTP
    return policy.fold_binary(name, policy.header_factory(name, value))


@lru_cache(maxsize=16)
def _body(text: str, html: str, logo: Logo | None) -> bytes:
    """The contents with the headers that describe them, and the empty line between; a logo goes with the HTML."""
    mail = EmailMessage(policy=SMTP)
    # Quoted-printable, since not every server on the way carries eight bits or long lines.
    mail.set_content(text, charset="utf-8", cte="quoted-printable")
    if html:
        mail.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    if html and logo is not None:
        _, page = mail.iter_parts()
        page.add_related(logo.image, "image", logo.kind, cid=f"<{CONTENT_ID}>", disposition="inline")
    return mail.as_bytes()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _unique(message: Message) -> str:
    """Follows from the hand-over, and differs between two installations whose keys are alike.

    Mail services drop an e-mail whose `Message-ID` they have seen before, and a database made anew counts from one.
    """
    said = "\0".join((message.key, message.address, message.sender, message.subject, message.text))
    digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{message.key}.{digest[:16]}" if _KEY.fullmatch(message.key) else digest


def _dotted(contents: bytes) -> bytes:
    """The contents with SMTP's line ends, leading dots doubled, and the closing dot (RFC 5321, 4.5.2)."""
    lines = _BARE_END_OF_LINE.sub(b"\r\n", contents).split(b"\r\n")
    if lines[-1] == b"":
        lines.pop()
    doubled = [b"." + line if line.startswith(b".") else line for line in lines]
    return b"\r\n".join([*doubled, b".", b""])
