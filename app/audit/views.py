"""The administrators' page of who did what; it only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from app.audit import queries, words
from app.audit.forms import FilterForm
from app.audit.models import AuditEntry
from app.web import menu
from app.web.access import open_to
from app.web.paging import page_args

bp = Blueprint("audit", __name__, url_prefix="/audit")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is read."""

    at: datetime
    person: str
    sentence: str
    thing: str
    url: str
    service_owner: str


def add_to_menu() -> None:
    """Put the page on the menu."""
    menu.add(lazy_gettext("Audit log"), "audit.entries", ["administrator"], 80)


@bp.get("")
@open_to("administrator")
def entries() -> str:
    """List what was done, the newest first."""
    form = FilterForm(request.args, meta={"csrf": False})
    form.person.choices = [("", gettext("Everybody")), *((str(row.id), row.name) for row in queries.people_to_choose())]
    form.action.choices = [("", gettext("Everything")), *words.actions()]
    form.object_type.choices = [("", gettext("Everything")), *words.kinds()]
    page = queries.entries(page_args(), form.wanted())
    is_filtered = bool(form.wanted().conditions())
    return render_template(
        "audit/entries.html", page=page, lines=_lines(page.rows), filters=form, is_filtered=is_filtered
    )


def _lines(rows: Sequence[AuditEntry]) -> list[Line]:
    people = queries.names_of_people(_ids(rows, "person") | {row.person_id for row in rows if row.person_id})
    owners = queries.names_of_service_owners(
        _ids(rows, "service_owner") | {row.service_owner_id for row in rows if row.service_owner_id}
    )
    names = {"person": people, "service_owner": owners}
    return [_line(row, names) for row in rows]


def _ids(rows: Sequence[AuditEntry], object_type: str) -> set[int]:
    return {int(row.object_id) for row in rows if row.object_type == object_type and row.object_id.isdigit()}


def _line(row: AuditEntry, names: dict[str, dict[int, str]]) -> Line:
    known = names.get(row.object_type, {}).get(int(row.object_id)) if row.object_id.isdigit() else None
    return Line(
        row.at,
        names["person"].get(row.person_id or 0, gettext("The system")),
        words.sentence(row.action, row.detail),
        f"{words.noun(row.object_type)} {known or row.object_id}",
        _url(row),
        names["service_owner"].get(row.service_owner_id or 0, ""),
    )


def _url(row: AuditEntry) -> str:
    kind = words.KINDS.get(row.object_type)
    if kind is None or not words.leads_somewhere(row.action) or kind.endpoint not in current_app.view_functions:
        return ""
    values: dict[str, Any] = {kind.argument: row.object_id}
    return url_for(kind.endpoint, **values)
