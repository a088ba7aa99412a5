"""The browser's door to the registrations: the queue, asking for one, carrying one on, its files, many at once."""

from collections.abc import Sequence

from flask import Blueprint, Flask, abort, flash, redirect, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person, sends_for, service_owner_ids
from app.accounts.models import ServiceOwner
from app.accounts.queries import service_owners
from app.sender_ids import ending, reading, service, words
from app.sender_ids.models import SenderRegistration
from app.sender_ids.moves import Mover
from app.web import front, menu
from app.web.front import Notice

bp = Blueprint("sender_ids", __name__, url_prefix="/sender-ids")

THEIRS = ("sender", "administrator")
ONE = "/<int:registration_id>"
_NOTICES = 10

Answer = Response | str | tuple[str, int]


def install(app: Flask) -> None:
    """Open the pages and put them on the menu and the front page."""
    from app.sender_ids.views import asking, bulk, changing, files, hosts, moving, registration, table

    for pages in (asking, bulk, changing, files, hosts, moving, registration, table):
        pages.open_pages()
    app.register_blueprint(bp)
    menu.add(lazy_gettext("Sender IDs"), "sender_ids.registrations", THEIRS, 45, menu.Group.COUNTRIES)
    _add_to_front()


def _add_to_front() -> None:
    front.add(
        "sender_ids.waiting",
        lazy_gettext("Sender IDs that wait for an administrator"),
        lazy_gettext("No registration waits for an administrator."),
        ("administrator",),
        20,
        _waiting,
    )
    front.add(
        "sender_ids.ending",
        lazy_gettext("Sender IDs that end or lapse within 60 days"),
        lazy_gettext("No registration ends or lapses within 60 days."),
        ("administrator",),
        30,
        _ending,
    )


def _waiting() -> Sequence[Notice]:
    return [
        Notice(
            f"{line.sender}, {words.named(line.country)} ({line.service_owner})",
            url_for("sender_ids.registration", registration_id=line.id),
            line.due_on,
            *_mark(line),
        )
        for line in reading.pressing(_NOTICES)
    ]


def _mark(line: reading.Line) -> tuple[str, str]:
    """Say in a word and a colour why it waits."""
    if line.is_overdue:
        return gettext("overdue"), "danger"
    if line.hosts_asked_at:
        return gettext("asks for hosts"), "info"
    return str(words.STATUSES[line.status]), words.COLORS[line.status]


def _ending() -> Sequence[Notice]:
    return [_notice(one) for one in ending.ending_soon()[:_NOTICES]]


def _notice(one: ending.Ending) -> Notice:
    soonest = min((before for before in ending.WARNED_BEFORE if before >= one.left), default=0)
    colors = {7: "danger", 30: "warning"}
    return Notice(
        f"{one.row.sender}, {words.named(one.row.country)} ({one.service_owner}): {words.what_ends(one.end)}",
        url_for("sender_ids.registration", registration_id=one.row.id),
        one.end.on,
        gettext("within %(number)s days", number=soonest),
        colors.get(soonest, "info"),
    )


def registration_or_404(registration_id: int) -> SenderRegistration:
    """Find a registration of a service owner of the person's; administrators find all."""
    return reading.registration(registration_id) or abort(404)


def locked_or_404(registration_id: int) -> SenderRegistration:
    """Find it, and hold it until the commit."""
    return next(iter(service.locked([registration_or_404(registration_id).id])), None) or abort(404)


def movers_of(row: SenderRegistration) -> frozenset[Mover]:
    """Tell as what the person at the desk may act on a registration."""
    person = current_person()
    mine = {Mover.ADMINISTRATOR: person.is_administrator, Mover.SENDER: row.service_owner_id in service_owner_ids()}
    return frozenset(mover for mover, holds in mine.items() if holds)


def owners_to_ask_for() -> Sequence[ServiceOwner]:
    """List the open service owners that the person may ask for."""
    if current_person().is_administrator:
        return [owner for owner in service_owners() if owner.closed_at is None]
    return sends_for()


def to_registration(registration_id: int) -> Response:
    """Lead to a registration's page."""
    return redirect(url_for("sender_ids.registration", registration_id=registration_id), 303)


def say(text: str, category: str = "success") -> None:
    """Say something at the top of the next page."""
    flash(text, category)
