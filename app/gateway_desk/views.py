"""The browser's door to the gateways: the live list, one gateway with its history, and the deeds on it."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.current import current_person
from app.db import db
from app.gateway_desk import queries, service, words
from app.gateway_desk.forms import ReasonForm, ShareForm, share_form
from app.gateway_desk.models import Standing
from app.gateway_desk.queries import Line
from app.gateway_desk.words import Shown
from app.gateways.breaker import State
from app.messaging.status import Channel, Route
from app.prices.countries import country_name
from app.web import front, live, menu
from app.web.access import open_to
from app.web.formats import OSLO
from app.web.front import Notice
from app.web.paging import page_args

bp = Blueprint("gateway_desk", __name__, url_prefix="/gateways")

GATEWAY = "/<name>"

Answer = AnyResponse | tuple[str, int]


def install(app: Flask) -> None:
    """Open the pages, put them on the menu, and tell on the front page which gateways are not simply working."""
    app.register_blueprint(bp)
    menu.add(lazy_gettext("Gateways"), "gateway_desk.gateways", ("administrator",), 60, menu.Group.ADMINISTRATION)
    front.add(
        "gateways",
        lazy_gettext("Gateways that are not working as usual"),
        lazy_gettext("Every gateway takes what it is given."),
        ("administrator",),
        16,
        _notices,
    )


def _notices() -> Sequence[Notice]:
    return [_notice(line) for line in queries.lines() if line.state not in (Shown.WORKING, Shown.GONE)]


def _notice(line: Line) -> Notice:
    since = line.since if line.standing is not Standing.USED else line.breaker_at
    day = since.astimezone(OSLO).date() if since else None
    said = f"{line.name}: {words.MEANINGS[line.state]}"
    mark = str(words.STATES[line.state])
    return Notice(said, url_for("gateway_desk.gateway", name=line.name), day, mark, words.COLORS[line.state])


@bp.get("")
@open_to("administrator")
def gateways() -> Response:
    """List the gateways; the list refreshes by itself."""
    found = queries.lines()
    return live.respond_part_or_page(
        "gateway_desk/gateways.html", "gateway_desk/_gateways_part.html", repr(found), lines=found, **_words()
    )


@bp.get(GATEWAY)
@open_to("administrator")
def gateway(name: str) -> Response:
    """Show one gateway with its history."""
    return _page(_line_or_404(name), ReasonForm())


@bp.post(f"{GATEWAY}/pause")
@open_to("administrator")
def pause(name: str) -> Answer:
    """Let it get nothing more, from the next request on."""
    return _stand(name, Standing.PAUSED, gettext("The gateway is paused."))


@bp.post(f"{GATEWAY}/drain")
@open_to("administrator")
def drain(name: str) -> Answer:
    """Let it finish what it has begun, and get nothing new."""
    return _stand(name, Standing.DRAINING, gettext("The gateway gets nothing new."))


@bp.post(f"{GATEWAY}/resume")
@open_to("administrator")
def resume(name: str) -> Answer:
    """Use it again."""
    return _stand(name, Standing.USED, gettext("The gateway is used again. What waited for it goes now."))


@bp.post(f"{GATEWAY}/try")
@open_to("administrator")
def try_now(name: str) -> Answer:
    """Try a gateway that is left alone, without waiting any longer."""
    _line_or_404(name)
    if service.try_now(name, current_person()):
        db.session.commit()
        flash(gettext("It is tried with the next few messages."), "success")
    else:
        flash(gettext("It is not left alone: nothing was changed."), "info")
    return _to(name)


@bp.post(f"{GATEWAY}/share")
@open_to("administrator")
def share(name: str) -> Answer:
    """Change its countries, its weight and its limits."""
    found, form = _line_or_404(name), ShareForm()
    if not form.validate():
        return _refused(found, ReasonForm(formdata=None), form)
    changed = service.change(name, form.share(), form.why.data or "", current_person())
    db.session.commit()
    _say(changed, gettext("The gateway is changed."))
    return _to(name)


def _stand(name: str, standing: Standing, said: str) -> Answer:
    found, form = _line_or_404(name), ReasonForm()
    if not form.validate():
        return _refused(found, form, share_form(found))
    changed = service.stand(name, standing, form.reason.data or "", current_person())
    db.session.commit()
    _say(changed, said)
    return _to(name)


def _say(changed: bool, said: str) -> None:
    flash(said if changed else gettext("That is how it stands already."), "success" if changed else "info")


def _to(name: str) -> AnyResponse:
    return redirect(url_for("gateway_desk.gateway", name=name), 303)


def _line_or_404(name: str) -> Line:
    return queries.line(name) or abort(404)


def _refused(found: Line, reason: ReasonForm, form: ShareForm) -> tuple[str, int]:
    context = _context(found, reason, form)
    return render_template("gateway_desk/gateway.html", live=None, **context), 422


def _page(found: Line, reason: ReasonForm) -> Response:
    context = _context(found, reason, share_form(found))
    etag = f"{found!r}:{[event.id for event in context['page'].rows]}:{request.query_string.decode()}"
    return live.respond_part_or_page("gateway_desk/gateway.html", "gateway_desk/_gateway_part.html", etag, **context)


def _context(found: Line, reason: ReasonForm, share: ShareForm) -> dict[str, Any]:
    page = queries.history(found.name, page_args())
    refused = reason if reason.errors else share
    return {"line": found, "page": page, "reason": reason, "share": share, "form": refused, **_words()}


def _words() -> dict[str, Any]:
    named: Callable[[str], str] = country_name
    return {
        "words": words,
        "country_name": named,
        "Channel": Channel,
        "Route": Route,
        "Standing": Standing,
        "State": State,
    }
