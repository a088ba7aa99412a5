"""Who may open which view: closed unless marked public, opened to roles by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.web.person import at_desk

ROLES = ("sender", "administrator", "support")
PUBLIC_BODY_LIMIT = 4 * 1024 * 1024
"""Bytes that a caller who has not signed in may post."""

KEPT_BODY_LIMIT = 1024 * 1024
"""Bytes of a posted form that are kept for a person whose session ended while typing."""

_MARK = "varsel_access"

View = TypeVar("View", bound=Callable[..., Any])


class UnmarkedView(RuntimeError):
    """A view that says neither `public` nor whom it is open to; it answers nobody."""


@dataclass(frozen=True, slots=True)
class Access:
    """Whom a view is open to; no roles means everybody who has signed in."""

    is_public: bool
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Route:
    """One view and method at a sample address, for a test that walks them all."""

    endpoint: str
    method: str
    url: str
    access: Access | None


def public(view: View) -> View:
    """Open a view to everybody, signed in or not."""
    return _mark(view, Access(is_public=True, roles=frozenset()))


def signed_in(view: View) -> View:
    """Open a view to everybody who has signed in, whatever the role."""
    return _mark(view, Access(is_public=False, roles=frozenset()))


def open_to(*roles: str) -> Callable[[View], View]:
    """Open a view to those who have one of `roles`; place it next to the view, below `route`."""
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"open_to takes one or more of {', '.join(ROLES)}")
    return lambda view: _mark(view, Access(is_public=False, roles=frozenset(roles)))


def access_of(view: Callable[..., Any]) -> Access | None:
    """Tell whom a view is open to, or None where it was never marked."""
    found = vars(view).get(_MARK)
    return found if isinstance(found, Access) else None


def routes(app: Flask) -> Iterator[Route]:
    """Yield every view and method with a sample address, in no particular order."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        url = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule.endpoint, method, url, access_of(app.view_functions[rule.endpoint]))


def safe_next(target: str | None) -> str | None:
    """Give back a path on this site that was asked for before signing in, or None for anything else."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\") or not target.isprintable():
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or "\\" in target else target


def sign_in_url() -> str:
    """Build the address of the sign-in page that leads back to where the person was."""
    back = safe_next(_wanted_path())
    return url_for(current_app.config["SIGN_IN_ENDPOINT"], next=back)


def install(app: Flask) -> None:
    """Close every view that is not marked."""
    app.config.setdefault("SIGN_IN_ENDPOINT", "accounts.sign_in")
    if "static" in app.view_functions:
        public(app.view_functions["static"])
    app.before_request(_guard)


def _mark(view: View, access: Access) -> View:
    view.__dict__[_MARK] = access
    return view


def _guard() -> Response | str | tuple[str, int] | None:
    if request.endpoint is None:
        return None
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        raise UnmarkedView(request.endpoint)
    if access.is_public:
        _limit_body()
        return None
    if not at_desk().is_authenticated:
        return _ask_to_sign_in()
    if access.roles and not any(at_desk().has_role(role) for role in access.roles):
        abort(403)
    return None


def _limit_body() -> None:
    request.max_content_length = min(request.max_content_length or PUBLIC_BODY_LIMIT, PUBLIC_BODY_LIMIT)


def _ask_to_sign_in() -> Response | tuple[str, int]:
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Redirect": sign_in_url()})
    if request.method == "POST" and (kept := kept_fields()):
        return _answer_signed_out(kept)
    return redirect(sign_in_url())


def _answer_signed_out(kept: list[tuple[str, str]]) -> tuple[str, int]:
    values = {"kept": kept, "lost_files": lost_files(), "sign_in_url": sign_in_url()}
    return render_template("errors/signed_out.html", **values), 401


def kept_fields() -> list[tuple[str, str]]:
    """List what was typed in a posted form of reasonable size, without secrets; empty for a post from another site."""
    from_here = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not from_here or request.content_length is None or request.content_length > KEPT_BODY_LIMIT:
        return []
    return [(name, text) for name, text in request.form.items(multi=True) if _may_be_kept(name, text)]


def lost_files() -> list[str]:
    """List the posted files, which no page can keep; a file field that was left empty is none."""
    return [file.filename for file in request.files.values() if file.filename]


def _may_be_kept(name: str, text: str) -> bool:
    return bool(text) and name != "csrf_token" and "password" not in name


def _wanted_path() -> str | None:
    if request.headers.get("HX-Request") == "true":
        return _path_of(request.headers.get("HX-Current-URL", ""))
    return request.full_path.removesuffix("?") if request.method == "GET" else None


def _path_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
