"""The live table of registrations, which is the administrators' queue: what waits, on whom, since when, what is due."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, TypeVar

from flask import abort, request
from werkzeug.wrappers import Response

from app.accounts.current import current_person, service_owner_ids
from app.accounts.models import ServiceOwner
from app.accounts.queries import service_owners
from app.country_rules.terms import RegistrationStatus
from app.sender_ids import days, ending, reading, words
from app.sender_ids.moves import WAITS_ON, Waiting
from app.sender_ids.reading import Wanted
from app.sender_ids.views import THEIRS, bp
from app.web import live
from app.web.access import open_to
from app.web.paging import page_args

_REMINDED = 10
Choice = TypeVar("Choice", bound=Enum)


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get("")
@open_to(*THEIRS)
def registrations() -> Response:
    """List the registrations; the list refreshes by itself."""
    etag = f"{reading.revision()}:{request.query_string.decode()}"
    if (answer := live.unchanged(etag)) is not None:
        return answer
    part = "sender_ids/_registrations_part.html"
    return live.respond_part_or_page("sender_ids/registrations.html", part, etag, **_context())


def _context() -> dict[str, Any]:
    owners = _owners()
    return {
        "page": reading.page_of(_wanted(owners), page_args()),
        "wanted": _wanted(owners),
        "counts": reading.counts(),
        "overdue": reading.overdue(),
        "owners": owners,
        "countries": reading.countries_in_use(),
        "ending": _ending(owners),
        "today": days.today_in("NO"),
        "words": words,
        "Status": RegistrationStatus,
        "Waiting": Waiting,
        "WAITS_ON": WAITS_ON,
    }


def _ending(owners: Sequence[ServiceOwner]) -> list[ending.Ending]:
    mine = {owner.id for owner in owners}
    return [one for one in ending.ending_soon() if one.row.service_owner_id in mine][:_REMINDED]


def _wanted(owners: Sequence[ServiceOwner]) -> Wanted:
    return Wanted(
        status=_choice(RegistrationStatus, "status"),
        waits_on=_choice(Waiting, "waits_on"),
        country=request.args.get("country", ""),
        service_owner_id=_owner_id(owners),
        is_overdue=request.args.get("show") == "overdue",
    )


def _choice(choices: type[Choice], name: str) -> Choice | None:
    given = request.args.get(name)
    if not given:
        return None
    return next((one for one in choices if one.value == given), None) or abort(404)


def _owners() -> Sequence[ServiceOwner]:
    if current_person().is_administrator:
        return service_owners()
    mine = service_owner_ids()
    return [owner for owner in service_owners() if owner.id in mine]


def _owner_id(owners: Sequence[ServiceOwner]) -> int | None:
    short_name = request.args.get("owner")
    if not short_name:
        return None
    return next((owner.id for owner in owners if owner.short_name == short_name), None) or abort(404)
