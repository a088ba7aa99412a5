"""One registration's page, which refreshes by itself: what it is, what it lacks, its files, and all that was done."""

from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from app.accounts.models import ServiceOwner
from app.country_rules.register import standing_register
from app.db import db
from app.sender_ids import days, hosts, needs, picture, reading, words
from app.sender_ids.fields import FIELDS, REGISTRYS
from app.sender_ids.models import SenderRegistration
from app.sender_ids.moves import CHANGEABLE, MOVES, WAITS_ON, Mover, moves_from
from app.sender_ids.values import written
from app.sender_ids.views import ONE, THEIRS, bp, movers_of, registration_or_404
from app.web import live
from app.web.access import open_to


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get(ONE)
@open_to(*THEIRS)
def registration(registration_id: int) -> Response:
    """Show a registration."""
    row = registration_or_404(registration_id)
    etag = f"{row.id}:{row.revision}:{reading.last_traffic_at(row)}:{days.today_in(row.country)}"
    if (answer := live.unchanged(etag)) is not None:
        return answer
    part = "sender_ids/_registration_part.html"
    return live.respond_part_or_page("sender_ids/registration.html", part, etag, **_context(row))


@bp.get("/statuses")
@open_to(*THEIRS)
def statuses() -> str:
    """Show which status may follow which, as a picture and in words."""
    return render_template("sender_ids/statuses.html", picture=picture.picture_of(), moves=MOVES, words=words)


def _context(row: SenderRegistration) -> dict[str, Any]:
    standing, movers, asked = reading.standing_of(row), movers_of(row), needs.asked_in(row.country)
    entry = standing_register().countries.get(row.country)
    return {
        "row": row,
        "owner": db.session.get_one(ServiceOwner, row.service_owner_id),
        "standing": standing,
        "waits_on": WAITS_ON.get(standing),
        "today": days.today_in("NO"),
        "end": reading.ends(row),
        "last_traffic_at": reading.last_traffic_at(row),
        "may_lapse": bool(row.lapses_after_months or days.months_until_lapse(row.country)),
        "lacking": reading.lacking(row) if standing in WAITS_ON else [],
        "facts": entry.facts if entry else None,
        "fields": [field for field in FIELDS if _is_shown(row, asked, field)],
        "registrys": [field for field in REGISTRYS if written(field, getattr(row, field.name))],
        "written": written,
        "moves": moves_from(standing, movers),
        "may_ask_for_hosts": hosts.may_be_asked_for(row),
        "hosts_waiting": hosts.waiting(row) if hosts.may_be_asked_for(row) else [],
        "may_change": any(standing in CHANGEABLE.get(mover, ()) for mover in movers),
        "is_carried": Mover.ADMINISTRATOR in movers,
        "operators": reading.operators(row.id),
        "evidence": reading.evidence(row.id),
        "steps": reading.steps(row.id),
        "changes": list(reversed(reading.changes(row.id))),
        "others": reading.others_of(row),
        "picture": picture.picture_of(standing),
        "table": MOVES,
        "words": words,
    }


def _is_shown(row: SenderRegistration, asked: needs.Asked, field: Any) -> bool:
    """Show what the country asks for, and whatever else has been said."""
    return not field.is_registrys and (field in asked.fields() or bool(getattr(row, field.name)))
