"""The mailbox that bounces and complaints come to: read by IMAP (RFC 3501) from where the last reading ended.

Nothing in it is changed: how far it was read is the caller's to keep, beside what was found.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from app.gateways.contract import GatewaySettings

TIMEOUT_S = 30.0
AT_ONCE = 50
MOST_BYTES = 256 * 1024
"""Of one e-mail; what matters of a bounce stands before what it sends back."""

_UIDS = re.compile(rb"\d+")


class MailboxGone(Exception):
    """The mailbox cannot be read now; the words are for the operator."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a mailbox has been read: its numbering, and the last number."""

    validity: int = 0
    uid: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """E-mails behind a place, and the place behind them; there may be more."""

    place: Place
    emails: list[bytes]


def read_behind(place: Place, settings: GatewaySettings) -> Found:
    """The next e-mails, in their order; all from the beginning where the mailbox counts anew. Raises `MailboxGone`."""
    try:
        with _opened(settings) as server:
            validity = _validity(server)
            last = place.uid if validity == place.validity else 0
            uids = _behind(server, last)
            return Found(Place(validity, uids[-1] if uids else last), [_fetched(server, uid) for uid in uids])
    except (OSError, imaplib.IMAP4.error) as fault:
        raise MailboxGone(f"The mailbox cannot be read ({type(fault).__name__}).") from None


@contextmanager
def _opened(settings: GatewaySettings) -> Iterator[imaplib.IMAP4]:
    server = _connected(settings)
    try:
        server.login(settings.smtp_imap_user, settings.smtp_imap_password)
        _told(server.select(_quoted(settings.smtp_imap_folder), readonly=True))
        yield server
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _connected(settings: GatewaySettings) -> imaplib.IMAP4:
    host, port = settings.smtp_imap_host, settings.smtp_imap_port
    if settings.smtp_imap_tls == "never":
        return imaplib.IMAP4(host, port, TIMEOUT_S)
    return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_S)


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _told(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    kind, told = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return told


def _validity(server: imaplib.IMAP4) -> int:
    _, told = server.response("UIDVALIDITY")
    return int(told[0]) if told and told[0] else 0


def _behind(server: imaplib.IMAP4, last: int) -> list[int]:
    """`n:*` always holds the last e-mail, also where its number is lower."""
    told = _told(server.uid("SEARCH", f"UID {last + 1}:*"))
    found = sorted(int(uid) for line in told if isinstance(line, bytes) for uid in _UIDS.findall(line))
    return [uid for uid in found if uid > last][:AT_ONCE]


def _fetched(server: imaplib.IMAP4, uid: int) -> bytes:
    """The beginning of an e-mail, which stays unread; empty where it has gone meanwhile."""
    told = _told(server.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
    return next((part[1] for part in told if isinstance(part, tuple) and isinstance(part[1], bytes)), b"")
