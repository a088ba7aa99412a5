"""LINK Mobility's XML gateway (once PSWinCom): up to 100 SMS per HTTP request, several requests under way at once."""

import math
import ssl
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationParseError, NewConnectionError, ReadTimeoutError

from app.gateways import reasons
from app.gateways.contract import (
    Accepted,
    GatewaySettings,
    Message,
    Outcome,
    Refused,
    RefusedForNow,
    Uncertain,
)
from app.gateways.link_xml import BadXml, rows_of
from app.gateways.window import Windowed
from app.messaging.segments import MAX_SEGMENTS, count_segments, is_gsm7
from app.messaging.status import Channel, Route, Status

CONNECT_TIMEOUT_S = 5.0

LONGEST_WISH_S = 86_400.0
"""However long the gateway asks us to wait, it is asked again after a day."""

_SURELY_FITS = 500
"""So many characters take at most 1,000 UTF-16 units, and 16 segments hold more: no need to count."""

_DECLARATION = '<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE SESSION SYSTEM "pswincom_submit.dtd">'
_UNICODE = "<OP>9</OP>"
_HEADERS = {"Content-Type": "text/xml; charset=ISO-8859-1", "Accept": "text/xml"}
_WRITTEN_OTHERWISE = {"\r": "&#13;"}
"""A bare carriage return would reach the gateway as a line feed, by the rules of XML."""

_AFTER_FORWARDING = frozenset({502, 504})
"""A proxy on the way answers so after it may have passed the request on."""


class _SecureConnection(HTTPSConnection):
    """Tells a failed TLS handshake, before which nothing was sent, from TLS trouble in mid-request."""

    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLError as fault:
            raise NewConnectionError(self, f"no TLS: {fault.reason}") from fault


class Link(Windowed):
    """SMS to real phones; the gateway reports by calling our webhook, see `link_reports`."""

    channel = Channel.SMS
    route = Route.REAL
    batch_size = 100
    recognises_repeats = False

    def __init__(self, settings: GatewaySettings) -> None:
        super().__init__(settings.name or "link", settings.link_window)
        self._url = settings.link_url
        self._account = f"<CLIENT>{escape(settings.link_user)}</CLIENT><PW>{escape(settings.link_password)}</PW>"
        self._timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=settings.link_timeout_s)
        self._lock = threading.Lock()
        self._pool: urllib3.HTTPConnectionPool | None = None

    def close(self) -> None:
        """Close connections and threads."""
        super().close()
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _hand_over(self, messages: Sequence[Message]) -> list[Outcome]:
        outcomes: list[Outcome] = [_TOO_LONG if _is_too_long(message.text) else _UNANSWERED for message in messages]
        places = [place for place, outcome in enumerate(outcomes) if outcome is _UNANSWERED]
        if not places:
            return outcomes
        answers = self._ask([messages[place] for place in places])
        for place, answer in zip(places, answers, strict=True):
            outcomes[place] = answer
        return outcomes

    def _ask(self, messages: Sequence[Message]) -> list[Outcome]:
        body = request_body(self._account, messages, datetime.now(UTC))
        try:
            path = urllib3.util.parse_url(self._url).request_uri
            response = self._connected().urlopen(
                "POST", path, body=body, headers=_HEADERS, timeout=self._timeout, retries=False, redirect=False
            )
        except (HTTPError, ValueError) as fault:
            return [_broken(fault)] * len(messages)
        if response.status != 200:
            return [_not_ok(response)] * len(messages)
        return _answers(response.data, len(messages))

    def _connected(self) -> urllib3.HTTPConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = _pool_for(self._url, self._window.width)
            return self._pool


_UNANSWERED = Uncertain("The gateway's answer does not mention this message.")
_TOO_LONG = Refused(Status.SMS_FAILED, reasons.TEXT_TOO_LONG)


def request_body(account: str, messages: Sequence[Message], now: datetime) -> bytes:
    """The request for messages numbered from 1, in the encoding that its declaration names."""
    parts = [_written(number, message, now) for number, message in enumerate(messages, 1)]
    document = f"{_DECLARATION}<SESSION>{account}<MSGLST>{''.join(parts)}</MSGLST></SESSION>"
    # GSM-7 has characters that ISO-8859-1 lacks (the euro sign, Greek capitals): those go as character references.
    return document.encode("iso-8859-1", "xmlcharrefreplace")


def _written(number: int, message: Message, now: datetime) -> str:
    text, operation = _content(message.text)
    return (
        f"<MSG><ID>{number}</ID><TEXT>{text}</TEXT><SND>{escape(message.sender)}</SND>"
        f"<RCV>{escape(message.address.lstrip('+'))}</RCV><RCPREQ>Y</RCPREQ>"
        f"{_time_to_live(message.expires_at, now)}{operation}</MSG>"
    )


def _content(text: str) -> tuple[str, str]:
    """The text as the gateway wants it; its form feed is GSM-7 but not XML, so it goes the way of Unicode."""
    if is_gsm7(text) and "\f" not in text:
        return escape(text, _WRITTEN_OTHERWISE), ""
    return text.encode("utf-16-be", "surrogatepass").hex().upper(), _UNICODE


def _time_to_live(expires_at: datetime | None, now: datetime) -> str:
    """Whole minutes, rounded down so that the gateway never tries for longer than we wait, and at least one."""
    if expires_at is None:
        return ""
    return f"<TTL>{max(1, math.floor((expires_at - now).total_seconds() / 60))}</TTL>"


def _is_too_long(text: str) -> bool:
    """Whether LINK would cut off the end without a word."""
    return len(text) > _SURELY_FITS and count_segments(text) > MAX_SEGMENTS


def _pool_for(url: str, width: int) -> urllib3.HTTPConnectionPool:
    """A pool that keeps as many connections as the window is wide."""
    parts = urllib3.util.parse_url(url)
    if not parts.host or parts.scheme not in ("http", "https"):
        raise LocationParseError("LINK_URL is no http or https address")
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(parts.host, parts.port, maxsize=width)
    pool = urllib3.HTTPSConnectionPool(parts.host, parts.port, maxsize=width)
    pool.ConnectionCls = _SecureConnection
    return pool


def _broken(fault: Exception) -> Outcome:
    """Before anything was sent the message may go again; after that, nobody can know."""
    if isinstance(fault, NewConnectionError | ConnectTimeoutError):
        return RefusedForNow(f"No connection to the gateway ({type(fault).__name__}).", "connect")
    if isinstance(fault, LocationParseError | ValueError):
        return RefusedForNow("The address of the gateway is not usable; see LINK_URL.", "settings")
    if isinstance(fault, ReadTimeoutError):
        return Uncertain("The gateway took the request and did not answer in time.", "timeout")
    return Uncertain(f"The connection was lost before the gateway's answer was read ({type(fault).__name__}).", "lost")


def _not_ok(response: urllib3.BaseHTTPResponse) -> Outcome:
    words = f"HTTP {response.status} {response.reason or ''}".rstrip()
    if response.status in _AFTER_FORWARDING:
        return Uncertain(words, str(response.status))
    return RefusedForNow(words, str(response.status), _retry_after_s(response.headers.get("Retry-After", "")))


def _retry_after_s(header: str) -> float | None:
    return min(float(header), LONGEST_WISH_S) if header.isdecimal() else None


def _answers(body: bytes, number_sent: int) -> list[Outcome]:
    """One outcome per message sent; the answer refers to them by their numbers."""
    try:
        session, rows = rows_of(body)
    except BadXml:
        return [Uncertain("The gateway's answer could not be read.")] * number_sent
    if session.get("LOGON", "OK").upper() != "OK":
        return [RefusedForNow(f"LOGON FAIL {session.get('REASON', '')}".rstrip(), "LOGON")] * number_sent
    outcomes: list[Outcome] = [_UNANSWERED] * number_sent
    for row in rows:
        place = _place(row.get("ID", ""), number_sent)
        if place is not None:
            outcomes[place] = _answer(row)
    return outcomes


def _place(number: str, number_sent: int) -> int | None:
    if not (number.isascii() and number.isdecimal()) or not 1 <= int(number) <= number_sent:
        return None
    return int(number) - 1


def _answer(row: dict[str, str]) -> Outcome:
    status, words = row.get("STATUS", "").upper(), row.get("INFO", "")
    if status == "OK" and row.get("REF"):
        return Accepted(row["REF"], words, "OK")
    if status == "OK":
        return Uncertain("The gateway said OK without a reference, so its reports can never be matched.")
    if status != "FAIL":
        return Uncertain(f"The gateway answered neither OK nor FAIL: {status} {words}".rstrip())
    if words.lower().startswith("invalid rcv"):
        return Refused(Status.SMS_FAILED_INVALID_RECIPIENT, reasons.INVALID_RECIPIENT, words, "FAIL")
    return Refused(Status.SMS_FAILED, reasons.GATEWAY_REFUSED, words, "FAIL")
