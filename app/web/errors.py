"""The pages that say what went wrong; what is logged holds no personal data."""

import errno
import logging
import secrets
from http import HTTPStatus

from flask import Flask, current_app, make_response, redirect, render_template, request
from flask_babel import gettext
from psycopg import OperationalError as DatabaseUnreachable
from redis.exceptions import ConnectionError as ValkeyUnreachable
from redis.exceptions import TimeoutError as ValkeySilent
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app import faults
from app.web.live import is_poll
from app.web.way_back import page_above

log = logging.getLogger(__name__)

RETRY_AFTER_S = 30
_UNREACHABLE = (OperationalError, DatabaseUnreachable, ValkeyUnreachable, ValkeySilent, PoolExhausted)


def words(code: int) -> tuple[str, str]:
    """Give a status code's title and advice for the person who meets it."""
    table = {
        400: (gettext("The request was not understood"), gettext("Go back, check what you entered, and try again.")),
        403: (
            gettext("You do not have access to this page"),
            gettext("It needs a role that you do not have. Ask an administrator if you should have it."),
        ),
        404: (
            gettext("This page does not exist"),
            gettext("Check the address. What you look for may also have been deleted on schedule."),
        ),
        405: (
            gettext("This cannot be done from here"),
            gettext("Go back to the page you came from and use its buttons."),
        ),
        413: (
            gettext("What you sent is too large"),
            gettext("A file may be at most 100 MB. Split it into several and upload them one by one."),
        ),
        429: (gettext("Too many tries"), gettext("Wait a few minutes and try again.")),
    }
    return table.get(code, (HTTPStatus(code).phrase, gettext("Go back and try again.")))


def install(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, _answer_refusal)
    app.register_error_handler(Exception, _answer_failure)
    for kind in _UNREACHABLE:
        app.register_error_handler(kind, _answer_unreachable)
    app.logger.addFilter(_cover)


def _answer_refusal(error: HTTPException) -> Response:
    code = error.code or 500
    if code >= 500:
        return _answer_failure(getattr(error, "original_exception", None) or error)
    if error.response is not None or code < 400:
        return make_response(error.get_response())
    if code == 405 and (above := page_above()):
        return redirect(above, 303)
    title, advice = words(code)
    answer = make_response("" if is_poll() else render_template("errors/page.html", title=title, advice=advice), code)
    answer.headers.extend((name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After"))
    return answer


def _answer_unreachable(error: Exception) -> Response:
    log.error("Could not answer %s: %s.", request.endpoint, faults.kinds(error))
    answer = make_response(_bare("errors/503.html"), 503)
    answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def _answer_failure(error: Exception) -> Response:
    if isinstance(error, _UNREACHABLE) or _is_of_a_full_disk(error):
        return _answer_unreachable(error)
    if isinstance(error, HTTPException) and error.code == 503:
        return _answer_unreachable(error)
    if _propagates():
        raise error
    error_id = secrets.token_hex(4)
    log.error("Error %s in %s: %s.\n%s", error_id, request.endpoint, faults.kinds(error), faults.places(error))
    return make_response(_bare("errors/500.html", error_id=error_id), 500)


def _is_of_a_full_disk(error: Exception) -> bool:
    """Whether an upload, which lies on the disk while it is taken in, found no room there."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _bare(template: str, **values: str) -> str:
    """Render without Flask's context processors: they ask who is signed in, which may be what failed."""
    return current_app.jinja_env.get_template(template).render(**values)


def _propagates() -> bool:
    """Follow Flask's own rule of when a failure is for the programmer to see."""
    chosen = current_app.config["PROPAGATE_EXCEPTIONS"]
    return bool(current_app.testing or current_app.debug) if chosen is None else bool(chosen)


def _cover(record: logging.LogRecord) -> bool:
    """Take the words out of the failures that Flask itself logs, such as those in an error page."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        record.msg, record.args = f"{record.getMessage()}: {faults.kinds(error)}.\n{faults.places(error)}", ()
        record.exc_info = record.exc_text = None
    return True
