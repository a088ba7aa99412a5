"""LINK Mobility's side of its XML protocol: a request of messages in, an answer and delivery reports out."""

import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.standin.behaviour import HANG_S, NOT_TAKEN, TAKEN_UNTOLD, Answer, Behaviour
from app.standin.desk import Desk
from app.standin.reporter import ReportRow
from app.standin.shelf import Arriving

MOST_MESSAGES = 100
BETWEEN_REPORTS_S = 0.2
"""Between two reports about one message, so that they come in the order told."""

_RECEIVER = re.compile(r"[1-9]\d{7,14}", re.ASCII)
_XML = '<?xml version="1.0" encoding="ISO-8859-1"?>'


class Ending(Enum):
    """How an HTTP request ends."""

    ANSWER = "answer"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes back over HTTP; nothing at all where the connection is cut."""

    ending: Ending
    status: int = 200
    body: bytes = b""


class Asked(NamedTuple):
    """One message of a request, and how to behave about it."""

    number: str
    message: Arriving
    behaviour: Behaviour


class Unreadable(Exception):
    """The request is no XML, or not LINK's."""


def answer_request(desk: Desk, body: bytes) -> HttpAnswer:
    """Take the messages of one request, plan their reports, and say how the request is answered."""
    desk.tally.requests += 1
    try:
        session = _session(body)
    except Unreadable:
        return HttpAnswer(Ending.ANSWER, 400, b"The body is not XML.")
    if not _may_log_on(desk, session):
        return _log_on_failed("Invalid user name or password")
    asked = [_asked(desk, element) for element in session.iter("MSG")]
    if len(asked) > MOST_MESSAGES:
        return _log_on_failed("Too many messages in one session")
    return _not_taken(asked) or _taken(desk, asked)


def _session(body: bytes) -> Element:
    try:
        session: Element = fromstring(body.lstrip())
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        raise Unreadable from fault
    if session.tag != "SESSION":
        raise Unreadable
    return session


def _may_log_on(desk: Desk, session: Element) -> bool:
    settings = desk.settings
    if not settings.client:
        return True
    given = f"{session.findtext('CLIENT', '')}\n{session.findtext('PW', '')}"
    return secrets.compare_digest(given.encode(), f"{settings.client}\n{settings.password}".encode())


def _asked(desk: Desk, element: Element) -> Asked:
    field = {child.tag: child.text or "" for child in element}
    receiver, sender = field.get("RCV", ""), field.get("SND", "")
    text, note = _decoded(field)
    behaviour = desk.rules.of_sms(receiver, sender)
    message = Arriving(receiver, sender, text, desk.new_reference(), time.time(), note=note)
    return Asked(field.get("ID", ""), message, behaviour)


def _decoded(field: dict[str, str]) -> tuple[str, str]:
    text = field.get("TEXT", "")
    if field.get("OP") != "9":
        return text, ""
    try:
        return bytes.fromhex(text).decode("utf-16-be"), "Unicode"
    except ValueError:
        return text, "Not the Unicode it claims to be"


def _not_taken(asked: list[Asked]) -> HttpAnswer | None:
    told = next((ask.behaviour for ask in asked if ask.behaviour.answer in NOT_TAKEN), None)
    if told is None:
        return None
    if told.answer is Answer.LOG_ON_FAIL:
        return _log_on_failed("Invalid user name or password")
    if told.answer is Answer.HTTP_ERROR:
        return HttpAnswer(Ending.ANSWER, told.http_status, b"As told.")
    return HttpAnswer(Ending.CUT)


def _log_on_failed(reason: str) -> HttpAnswer:
    document = f"{_XML}<SESSION><LOGON>FAIL</LOGON><REASON>{reason}</REASON></SESSION>"
    return HttpAnswer(Ending.ANSWER, body=document.encode())


def _taken(desk: Desk, asked: list[Asked]) -> HttpAnswer:
    refusals = [_refusal(ask) for ask in asked]
    kept = [ask for ask, refusal in zip(asked, refusals, strict=True) if not refusal]
    desk.tally.refused += len(asked) - len(kept)
    numbers = desk.phones.add([ask.message for ask in kept])
    _plan_reports(desk, zip(numbers, kept, strict=True))
    desk.stall(max((ask.behaviour.slow_s for ask in asked), default=0.0))
    untold = next((ask.behaviour.answer for ask in asked if ask.behaviour.answer in TAKEN_UNTOLD), None)
    if untold is not None:
        return _without_answer(desk, untold)
    return _told(asked, refusals)


def _refusal(ask: Asked) -> str:
    """The words of a refusal, or nothing."""
    if ask.behaviour.answer is Answer.INVALID_RECEIVER or not _RECEIVER.fullmatch(ask.message.address):
        return "Invalid RCV"
    return "Not allowed" if ask.behaviour.answer is Answer.REFUSE else ""


def _without_answer(desk: Desk, answer: Answer) -> HttpAnswer:
    if answer is Answer.GARBLE:
        return HttpAnswer(Ending.ANSWER, body=b"<SESSION><LOGON>OK</LOGON><MSGLST><MSG>")
    if answer is Answer.NO_ANSWER:
        desk.stall(HANG_S)
    return HttpAnswer(Ending.CUT)


def _told(asked: list[Asked], refusals: list[str]) -> HttpAnswer:
    rows = "".join(
        _row(ask, refusal)
        for ask, refusal in zip(asked, refusals, strict=True)
        if ask.behaviour.answer is not Answer.LEAVE_OUT
    )
    document = f"{_XML}<SESSION><LOGON>OK</LOGON><REASON></REASON><MSGLST>{rows}</MSGLST></SESSION>"
    return HttpAnswer(Ending.ANSWER, body=document.encode("iso-8859-1", "xmlcharrefreplace"))


def _row(ask: Asked, refusal: str) -> str:
    if refusal:
        return f"<MSG><ID>{escape(ask.number)}</ID><STATUS>FAIL</STATUS><INFO>{refusal}</INFO></MSG>"
    return f"<MSG><ID>{escape(ask.number)}</ID><REF>{ask.message.reference}</REF><STATUS>OK</STATUS><INFO></INFO></MSG>"


def _plan_reports(desk: Desk, kept: Iterable[tuple[int, Asked]]) -> None:
    """Reports of one request with the same delay travel together."""
    later: dict[float, list[ReportRow]] = {}
    for number, (_, message, behaviour) in kept:
        for turn, state in enumerate(behaviour.states):
            row = ReportRow(number, message.reference, message.address, state)
            if behaviour.before_answer:
                desk.reporter.post_now([row])
            else:
                later.setdefault(_delay_s(desk, behaviour) + turn * BETWEEN_REPORTS_S, []).append(row)
    for delay_s, rows in later.items():
        desk.reporter.promise(rows, delay_s)


def _delay_s(desk: Desk, behaviour: Behaviour) -> float:
    return desk.settings.report_delay_s if behaviour.delay_s is None else behaviour.delay_s
