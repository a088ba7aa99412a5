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
from app.web.shared_parts import SharedParts

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


def unchanged(etag: str, audience: str = "") -> Response | None:
    """Answer a poll without the costly questions: 304 where it has seen `etag`, or what its audience just got.

    None where neither holds. `audience` as in `respond_part_or_page`.
    """
    if not is_part():
        return None
    seen = _seen(etag, audience)
    if request.if_none_match.contains_weak(seen):
        return _stamped(Response(status=304), seen)
    part = _shared_parts().get(seen) if audience else None
    return _stamped(make_response(part), seen) if part else None


def respond_part_or_page(
    template: str, part_template: str, etag: str, *, audience: str = "", finished: bool = False, **context: Any
) -> Response:
    """Render the page, or for htmx its part, with `live` among the values; 304 where the part has not changed.

    `etag` must change with everything that the part shows (a revision plus the filters), except times of day. All who
    may see exactly the same make one `audience`, and share a part rendered once; empty where each has their own.
    """
    if (answer := unchanged(etag, audience)) is not None:
        return answer
    seen = _seen(etag, audience)
    body = render_template(part_template if is_part() else template, live=_live(seen, finished), **context)
    if audience and is_part():
        _shared_parts().put(seen, body)
    return _stamped(make_response(body), seen)


def next_interval_ms() -> int:
    """Tell in milliseconds when the tab may ask again: longer when this answer took long, scattered by a tenth."""
    now = time.perf_counter()
    took_s = now - float(g.get("began_at", now))
    wanted_s = max(float(current_app.config["POLL_INTERVAL_S"]), took_s * REST_PER_WORK)
    return round(min(wanted_s, LONGEST_INTERVAL_S) * _jitter.uniform(0.9, 1.1) * 1000)


def install(app: Flask) -> None:
    """Take the time of every request, so that a slow answer is asked for less often."""
    app.config.setdefault("POLL_INTERVAL_S", 2.0)
    app.extensions["shared_parts"] = SharedParts()
    app.before_request(_begin)


def _begin() -> None:
    g.began_at = time.perf_counter()


def _live(seen: str, finished: bool) -> Live:
    return Live(_url(), f'"{seen}"', next_interval_ms(), finished, formats.oslo_clock(utcnow()))


def _url() -> str:
    return request.full_path.removesuffix("?")


def _seen(etag: str, audience: str) -> str:
    """What stands for an etag at an address to those who see the same."""
    whose = f"audience {audience}|{_url()}" if audience else str(at_desk().get_id())
    return hashlib.blake2b(f"{whose}|{etag}".encode(), digest_size=12).hexdigest()


def _shared_parts() -> SharedParts:
    found: SharedParts = current_app.extensions["shared_parts"]
    return found


def _stamped(response: Response, seen: str) -> Response:
    response.headers.add("Vary", "HX-Request")
    if is_part():
        response.set_etag(seen, weak=True)
        response.headers[TIME_HEADER] = formats.oslo_clock(utcnow())
    return response
