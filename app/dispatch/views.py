"""The webhooks: where LINK posts its delivery reports, and a mail server bounces and complaints."""

import hmac

from flask import Blueprint, Response, current_app, request

from app.db import db
from app.dispatch.bounces import settings_of
from app.dispatch.inbox import store
from app.gateways import NoGateway
from app.gateways.email_reports import MARK, parse_email
from app.gateways.link_reports import BadReports, answer_reports, parse_reports
from app.web.access import public

BODY_LIMIT = 1024 * 1024
"""Bytes; LINK posts at most some hundred reports at a time."""

XML = "text/xml; charset=ISO-8859-1"

gateway_reports = Blueprint("gateway_reports", __name__)


@gateway_reports.post("/gateways/link/reports")
@public
def link_reports() -> Response:
    """Store the reports raw and answer at once; they are applied by a worker."""
    if not _knows(current_app.config["LINK_REPORT_USER"], current_app.config["LINK_REPORT_PASSWORD"]):
        return _unauthorized()
    request.max_content_length = BODY_LIMIT
    body = request.get_data(cache=False)
    try:
        reports = parse_reports(body)
    except BadReports as fault:
        return Response(str(fault), 400, mimetype="text/plain")
    store("link", body, len(reports))
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
    if not _knows(settings.smtp_report_user, settings.smtp_report_password):
        return _unauthorized()
    request.max_content_length = BODY_LIMIT
    body = MARK + request.get_data(cache=False)
    try:
        reports = parse_email(body)
    except BadReports as fault:
        return Response(str(fault), 400, mimetype="text/plain")
    store(name, body, len(reports))
    db.session.commit()
    return Response(status=204)


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
