"""Entries as they are read: in sentences, with the names of people and service owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext

from app.audit import queries, words
from app.audit.models import AuditEntry
from app.web.formats import OSLO

Names = dict[str, dict[int, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is read."""

    id: int
    at: datetime
    person: str
    sentence: str
    thing: str
    url: str
    service_owner: str


def lines_of(rows: Sequence[AuditEntry]) -> list[Line]:
    """Read entries, by two questions however many they are."""
    people = queries.names_of_people(_ids(rows, "person") | {row.person_id for row in rows if row.person_id})
    owners = queries.names_of_service_owners(
        _ids(rows, "service_owner") | {row.service_owner_id for row in rows if row.service_owner_id}
    )
    names = {"person": people, "service_owner": owners}
    return [_line(row, names) for row in rows]


def header() -> list[str]:
    """Give the first row of the exported file."""
    return [
        gettext("Number"),
        gettext("When"),
        gettext("Who"),
        gettext("What"),
        gettext("On"),
        gettext("Service owner"),
    ]


def cells(line: Line) -> list[object]:
    """Give the row of the exported file; the time is Norwegian."""
    at = line.at.astimezone(OSLO).strftime("%Y-%m-%d %H:%M:%S")
    return [line.id, at, line.person, line.sentence, line.thing, line.service_owner]


def _ids(rows: Sequence[AuditEntry], object_type: str) -> set[int]:
    return {int(row.object_id) for row in rows if row.object_type == object_type and row.object_id.isdigit()}


def _line(row: AuditEntry, names: Names) -> Line:
    known = names.get(row.object_type, {}).get(int(row.object_id)) if row.object_id.isdigit() else None
    return Line(
        row.id,
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
