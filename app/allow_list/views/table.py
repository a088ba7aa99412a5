"""The live table of entries, its tiles and filters."""

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.current import current_person, service_owner_ids
from app.accounts.models import ServiceOwner
from app.accounts.queries import service_owners
from app.allow_list import queries, words
from app.allow_list.forms import SearchForm
from app.allow_list.models import EntryStatus
from app.allow_list.queries import Wanted
from app.allow_list.views import THEIRS, Answer, bp
from app.messaging.address import InvalidAddress, parse_phone
from app.web import live, tokens
from app.web.access import open_to
from app.web.paging import Window, page_args

_REMINDED = 10


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get("")
@open_to(*THEIRS)
def entries() -> Response:
    """List the entries; the list refreshes by itself."""
    etag = f"{queries.revision()}:{request.query_string.decode()}"
    if (answer := live.unchanged(etag)) is not None:
        return answer
    form = SearchForm(MultiDict({"search": _searched() or ""}))
    context = _context(form)
    return live.respond_part_or_page("allow_list/entries.html", "allow_list/_entries_part.html", etag, **context)


@bp.post("")
@open_to(*THEIRS)
def search() -> Answer:
    """Search: the address of what is found names only a token."""
    form = SearchForm()
    if not form.validate():
        return render_template("allow_list/entries.html", live=None, **_context(form)), 422
    if not form.search.data:
        return redirect(url_for("allow_list.entries"), 303)
    token = tokens.remember(_number_or_text(form.search.data), current_person().id)
    return redirect(url_for("allow_list.entries", search=token), 303)


def _number_or_text(typed: str) -> str:
    try:
        return parse_phone(typed).e164
    except InvalidAddress:
        return typed


def _searched() -> str | None:
    token = request.args.get("search")
    return tokens.recall(token, current_person().id) if token else ""


def _context(form: SearchForm) -> dict[str, Any]:
    owners, searched = _owners(), _searched()
    wanted = Wanted(_status(), _owner_id(owners), request.args.get("show") == "ending", searched or "")
    ending = queries.page_of(Wanted(is_ending_soon=True), Window()).rows
    return {
        "form": form,
        "page": queries.page_of(wanted, page_args()),
        "wanted": wanted,
        "is_forgotten": searched is None,
        "counts": queries.counts(),
        "ending": ending[:_REMINDED],
        "ending_count": queries.ending_soon(),
        "owners": owners,
        "words": words,
        "EntryStatus": EntryStatus,
    }


def _status() -> EntryStatus | None:
    name = request.args.get("status")
    if not name:
        return None
    return EntryStatus[name.upper()] if name.upper() in EntryStatus.__members__ else abort(404)


def _owners() -> Sequence[ServiceOwner]:
    if current_person().is_administrator:
        return service_owners()
    mine = service_owner_ids()
    return [owner for owner in service_owners() if owner.id in mine]


def _owner_id(owners: Sequence[ServiceOwner]) -> int | None:
    short_name = request.args.get("owner")
    if not short_name:
        return None
    found = next((owner.id for owner in owners if owner.short_name == short_name), None)
    return found or abort(404)
