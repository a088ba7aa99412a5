"""Parts of a page that refresh by themselves: one address answers with the page, the part, or that nothing changed."""

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request

from app.db import utcnow
from app.web import formats
from app.web.person import at_desk

POLL_HEADER = "X-Varsel-Poll"
TIME_HEADER = "X-Varsel-Time"
LONGEST_INTERVAL_S = 60.0
REST_PER_WORK = 20.0
"""A tab rests this many times as long as its last answer took at least, so that it holds a thread 5 % at most."""

_jitter = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Live:
    """What `live_part` in `components/live.html` needs to know about one part."""

    url: str
    etag: str
    interval_ms: int
    is_finished: bool
    clock: str


def is_part() -> bool:
    """Tell whether only the part is asked for, not the whole page."""
    return request.headers.get("HX-Request") == "true"


def is_poll() -> bool:
    """Tell whether the page asks by itself, without a person: such a request must not prolong a session."""
    return request.headers.get(POLL_HEADER) == "1"


def unchanged(etag: str) -> Response | None:
    """Answer 304 to a poll that has already seen `etag`, or None; call it before the costly questions."""
    if is_part() and request.if_none_match.contains_weak(_quoted(etag)):
        return _stamped(Response(status=304), etag)
    return None


def respond_part_or_page(
    template: str, part_template: str, etag: str, *, finished: bool = False, **context: Any
) -> Response:
    """Render the page, or for htmx its part, with `live` among the values; 304 where the part has not changed.

    `etag` must change with everything that the part shows (a revision plus the filters), except times of day.
    """
    if (answer := unchanged(etag)) is not None:
        return answer
    live = _live(etag, finished)
    body = render_template(part_template if is_part() else template, live=live, **context)
    return _stamped(make_response(body), etag)


def next_interval_ms() -> int:
    """Tell in milliseconds when the tab may ask again: longer when this answer took long, scattered by a tenth."""
    now = time.perf_counter()
    took_s = now - float(g.get("began_at", now))
    wanted_s = max(float(current_app.config["POLL_INTERVAL_S"]), took_s * REST_PER_WORK)
    return round(min(wanted_s, LONGEST_INTERVAL_S) * _jitter.uniform(0.9, 1.1) * 1000)


def install(app: Flask) -> None:
    """Take the time of every request, so that a slow answer is asked for less often."""
    app.config.setdefault("POLL_INTERVAL_S", 2.0)
    app.before_request(_begin)


def _begin() -> None:
    g.began_at = time.perf_counter()


def _live(etag: str, finished: bool) -> Live:
    url = request.full_path.removesuffix("?")
    return Live(url, f'"{_quoted(etag)}"', next_interval_ms(), finished, formats.oslo_clock(utcnow()))


def _quoted(etag: str) -> str:
    seen = f"{at_desk().get_id()}|{etag}"
    return hashlib.blake2b(seen.encode(), digest_size=12).hexdigest()


def _stamped(response: Response, etag: str) -> Response:
    response.headers.add("Vary", "HX-Request")
    if is_part():
        response.set_etag(_quoted(etag), weak=True)
        response.headers[TIME_HEADER] = formats.oslo_clock(utcnow())
    return response
