"""The webhooks: where LINK posts its delivery reports, and a mail server bounces and complaints."""

import hmac

from flask import Blueprint, Response, current_app, request

from app.db import db
from app.dispatch import guesses
from app.dispatch.bounces import settings_of
from app.dispatch.inbox import set_aside, store
from app.gateways import NoGateway, configured
from app.gateways.email_reports import MARK, parse_email
from app.gateways.link_reports import BadReports, answer_reports, parse_reports
from app.gateways.named import prefix_of
from app.web.access import public

BODY_LIMIT = 1024 * 1024
"""Bytes; LINK posts at most some hundred reports at a time."""

XML = "text/xml; charset=ISO-8859-1"

gateway_reports = Blueprint("gateway_reports", __name__)


@gateway_reports.post("/gateways/<name>/reports")
@public
def link_reports(name: str) -> Response:
    """Store the reports raw and answer at once; they are applied by a worker."""
    user, password = _of_link(name)
    if (refusal := _refusal(user, password)) is not None:
        return refusal
    request.max_content_length = BODY_LIMIT
    body = request.get_data(cache=False)
    try:
        reports = parse_reports(body)
    except BadReports as fault:
        return _set_aside(name, body, fault)
    store(name, body, len(reports))
    db.session.commit()
    return Response(answer_reports(reports), content_type=XML)


@gateway_reports.post("/gateways/<name>/bounces")
@public
def bounces(name: str) -> Response:
    """Store a bounce or a complaint, an e-mail as it came, and answer at once; it is applied by a worker."""
    try:
        settings = settings_of(name)
    except NoGateway:
        return _unauthorized()
    if (refusal := _refusal(settings.smtp_report_user, settings.smtp_report_password)) is not None:
        return refusal
    request.max_content_length = BODY_LIMIT
    body = MARK + request.get_data(cache=False)
    try:
        reports = parse_email(body)
    except BadReports as fault:
        return _set_aside(name, body, fault)
    store(name, body, len(reports))
    db.session.commit()
    return Response(status=204)


def _set_aside(name: str, body: bytes, fault: BadReports) -> Response:
    """Keep what cannot be read for the desk, unless it is empty, and tell the gateway so."""
    if body.removeprefix(MARK):
        set_aside(name, body)
        db.session.commit()
    return Response(str(fault), 400, mimetype="text/plain")


def _of_link(name: str) -> tuple[str, str]:
    """What a gateway of LINK's signs in with; the reports of one that is gone still come by the kind's own."""
    kinds = {one.name: one.kind for one in configured(current_app.config)}
    if kinds.get(name, "link") != "link":
        return "", ""
    prefix = prefix_of(name) if name in kinds else "LINK_"
    user = current_app.config.get(f"{prefix}REPORT_USER") or current_app.config["LINK_REPORT_USER"]
    password = current_app.config.get(f"{prefix}REPORT_PASSWORD") or current_app.config["LINK_REPORT_PASSWORD"]
    return str(user), str(password)


def _refusal(user: str, password: str) -> Response | None:
    """Why the caller is not heard; nothing where it is who it should be.

    Who has told wrong passwords waits, whatever it tells meanwhile: else the waiting would not slow a guesser.
    """
    wait_s = guesses.wait_s(request)
    if wait_s:
        return Response("Too many wrong passwords", 429, {"Retry-After": str(wait_s)}, mimetype="text/plain")
    if _knows(user, password):
        return None
    if request.authorization is not None:
        guesses.note(request)
    return _unauthorized()


def _unauthorized() -> Response:
    return Response("Unauthorized", 401, {"WWW-Authenticate": 'Basic realm="reports"'}, mimetype="text/plain")


def _knows(user: str, password: str) -> bool:
    """Whether the caller knows name and password; compared in constant time, and nobody does while none are set."""
    given = request.authorization
    if not (user and password) or given is None or given.type != "basic":
        return False
    # A name cannot hold a colon, so that two pairs never look alike.
    told = f"{given.username}:{given.password}"
    return hmac.compare_digest(told.encode(), f"{user}:{password}".encode())
