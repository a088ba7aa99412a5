"""The administrators' page of who did what: searched, filtered, exported; it only reads, and notes an export."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, abort, redirect, render_template, request
from flask import Response as FlaskResponse
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Row
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.audit import queries, words
from app.audit.forms import FilterForm, SearchForm, kept
from app.audit.lines import cells, header, lines_of
from app.audit.models import AuditEntry
from app.audit.queries import Filter
from app.audit.service import record
from app.db import db
from app.web import menu, tokens
from app.web.access import open_to
from app.web.download import csv_download
from app.web.paging import Page, page_args, url_with

bp = Blueprint("audit", __name__, url_prefix="/audit")


def add_to_menu() -> None:
    """Put the page on the menu."""
    menu.add(lazy_gettext("Audit log"), "audit.entries", ["administrator"], 80, menu.Group.ADMINISTRATION)


@bp.get("")
@open_to("administrator")
def entries() -> str:
    """List what was done, the newest first."""
    return _page(SearchForm(MultiDict({"words": _words() or ""})))


@bp.post("")
@open_to("administrator")
def search() -> Response | tuple[str, int]:
    """Search for words: the address of what is found names only a token."""
    form = SearchForm()
    if not form.validate():
        return _page(form), 422
    return redirect(url_with(search=tokens.remember(form.words.data, current_person().id)), 303)


@bp.get("/export.csv")
@open_to("administrator")
def export() -> FlaskResponse:
    """Stream the entries that the filter shows."""
    wanted = _wanted(_filters())
    if _is_forgotten():
        abort(404)
    record("audit.exported", "audit_log", "all" if wanted.is_everything else "filtered")
    db.session.commit()
    return csv_download("audit.csv", header(), _rows(wanted))


def _page(form: SearchForm) -> str:
    filters = _filters()
    wanted = _wanted(filters)
    nothing: Page[AuditEntry] = Page((), None, None)
    page = nothing if _is_forgotten() else queries.entries(page_args(), wanted)
    return render_template(
        "audit/entries.html",
        page=page,
        lines=lines_of(page.rows),
        filters=filters,
        form=form,
        kept=kept(request.args),
        is_filtered=not wanted.is_everything or _is_forgotten(),
        is_forgotten=_is_forgotten(),
    )


def _filters() -> FilterForm:
    form = FilterForm(request.args, meta={"csrf": False})
    form.person.choices = _choices(gettext("Everybody"), queries.people_to_choose())
    form.action.choices = [("", gettext("Everything")), *words.actions()]
    form.object_type.choices = [("", gettext("Everything")), *words.kinds()]
    form.service_owner.choices = _choices(gettext("All"), queries.service_owners_to_choose())
    return form


def _choices(all_: str, rows: Sequence[Row[int, str]]) -> list[tuple[str, str]]:
    return [("", all_), *((str(row_id), name) for row_id, name in rows)]


def _wanted(filters: FilterForm) -> Filter:
    return filters.wanted(_words())


def _words() -> str | None:
    token = request.args.get("search")
    return tokens.recall(token, current_person().id) if token else None


def _is_forgotten() -> bool:
    return bool(request.args.get("search")) and _words() is None


def _rows(wanted: Filter) -> Iterator[list[object]]:
    for rows in queries.stretches(wanted):
        lines = lines_of(rows)
        # However slowly the browser takes them, no connection waits for it.
        db.session.rollback()
        yield from map(cells, lines)
