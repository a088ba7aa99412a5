"""Where a person belongs who asks for the address of a form that was only ever posted."""

from flask import request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.routing.exceptions import RoutingException


def page_above() -> str | None:
    """Find the nearest page above the address that was asked for by GET; None where there is none.

    A refused form is shown at the address it was posted to. Pressing Enter there, or coming back by a bookmark, leads
    to the page that the form stands on, or the one above it.
    """
    if request.method != "GET" or (site := _site()) is None:
        return None
    steps = request.path.rstrip("/").split("/")
    above = ("/".join(steps[:length]) for length in range(len(steps) - 1, 1, -1))
    return next((path for path in above if _is_page(site, path)), None)


def _site() -> MapAdapter | None:
    from flask.globals import request_ctx

    return request_ctx.url_adapter


def _is_page(site: MapAdapter, path: str) -> bool:
    try:
        site.match(path, method="GET")
    except (HTTPException, RoutingException):
        return False
    return True
