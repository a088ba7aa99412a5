"""What ends or lapses soon, and writing down what has: to the day of each country's own calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.accounts.models import ServiceOwner
from app.country_rules.register import standing_register
from app.country_rules.terms import RegistrationStatus as Status
from app.db import db, utcnow
from app.sender_ids import days, words
from app.sender_ids.models import RegistrationStep, SenderRegistration, SenderTraffic
from app.sender_ids.moves import ENDING, Mover, move
from app.sender_ids.queries import End, end_of
from app.sender_ids.service import locked, note, touch
from app.system_email.service import post

WARNED_BEFORE = (60, 30, 7)
"""Days before its end on which the responsible contact is told, each once."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A registration with an end in sight; `left` is in days, none or less where the end has come."""

    row: SenderRegistration
    service_owner: str
    end: End
    left: int

    @property
    def stages(self) -> tuple[int, ...]:
        """So many days before the end it is told of: by disuse not before half of the time without traffic is over.

        Otherwise whoever sends every day would be told every day that the sender ID lapses in a month.
        """
        if self.end.unused_since is None:
            return WARNED_BEFORE
        half = (self.end.on - self.end.unused_since) // timedelta(days=2)
        return tuple(before for before in WARNED_BEFORE if before <= half)


def ending_soon(most_days: int = WARNED_BEFORE[0]) -> list[Ending]:
    """List what ends or lapses within so many days and is to be told of, the next first.

    What has ended and is not written down is among it.
    """
    found = (_ending(*one) for one in db.session.execute(_candidates(most_days)))
    soon = [one for one in found if one is not None and one.left <= min(most_days, max(one.stages, default=0))]
    return sorted(soon, key=lambda one: (one.end.on, one.row.id))


def _ending(row: SenderRegistration, last_traffic_at: datetime | None, service_owner: str) -> Ending | None:
    end = end_of(row, last_traffic_at)
    if end is None:
        return None
    return Ending(row, service_owner, end, (end.on - days.today_in(row.country)) // timedelta(days=1))


def _candidates(most_days: int) -> Select[SenderRegistration, datetime, str]:
    """Select what could end within so many days: by its date, or where disuse makes it lapse."""
    furthest = utcnow().date() + timedelta(days=most_days + 1)
    may_end = or_(
        SenderRegistration.valid_until <= furthest,
        SenderRegistration.lapses_after_months.is_not(None),
        SenderRegistration.country.in_(lapsing_countries()),
    )
    its_traffic = and_(
        SenderTraffic.service_owner_id == SenderRegistration.service_owner_id,
        SenderTraffic.country == SenderRegistration.country,
        SenderTraffic.sender == SenderRegistration.sender,
    )
    return (
        select(SenderRegistration, SenderTraffic.last_at, ServiceOwner.short_name)
        .join(ServiceOwner, ServiceOwner.id == SenderRegistration.service_owner_id)
        .outerjoin(SenderTraffic, its_traffic)
        .where(_can_end(), may_end)
    )


def _can_end() -> ColumnElement[bool]:
    return SenderRegistration.status.in_([status.value for status in ENDING])


def lapsing_countries() -> list[str]:
    """List the countries that drop what is not used."""
    countries = standing_register().countries.items()
    return [code for code, entry in countries if entry.lapses_after_months_without_traffic]


def write_down_ends() -> int:
    """Write down, as expired, what has come to its end; gives how many."""
    ended = [one.row.id for one in ending_soon(0)]
    held = {row.id: row for row in locked(ended)}
    return sum(_expire(one) for one in ending_soon(0) if one.row.id in held)


def _expire(ended: Ending) -> bool:
    row, old = ended.row, Status(ended.row.status)
    one = move(old, Status.EXPIRED)
    if one is None or Mover.TIME not in one.by:
        return False
    reason = gettext("It was not used in time.") if ended.end.by_disuse else ""
    row.status, row.status_reason, row.due_on = Status.EXPIRED.value, reason, None
    row.status_at = func.clock_timestamp()
    touch(row)
    step = RegistrationStep(
        registration_id=row.id, old_status=old.value, new_status=Status.EXPIRED.value, reason=reason
    )
    db.session.add(step)
    note("expired", row, person_id=None, old=old.value, on=ended.end.on.isoformat())
    return True


def post_warnings() -> None:
    """Tell the responsible contacts 60, 30 and 7 days before the end, each once for each end."""
    for one in ending_soon():
        if one.left > 0 and one.row.contact_email:
            _warn(one)


def _warn(one: Ending) -> None:
    stage = min(before for before in one.stages if before >= one.left)
    key = f"sender-registration-ends:{one.row.id}:{one.end.on}:{stage}"
    country = words.named(one.row.country)
    said = {"sender": one.row.sender, "country": country, "left": words.days_left(one.end.on, _today(one))}
    if one.end.by_disuse:
        subject = gettext("%(sender)s lapses in %(country)s %(left)s", **said)
    else:
        subject = gettext("%(sender)s ends in %(country)s %(left)s", **said)
    post(one.row.contact_email, subject, "\n\n".join(_text(one, country)), key=key)


def _text(one: Ending, country: str) -> Iterator[str]:
    said = {"sender": one.row.sender, "country": country}
    yield gettext("This is about the sender ID %(sender)s, registered in %(country)s.", **said)
    yield words.what_ends(one.end) + "."
    if one.end.by_disuse:
        yield gettext(
            "Operators there drop a sender ID that nothing is sent from. An SMS sent from it to %(country)s keeps it.",
            country=country,
        )
    else:
        yield gettext(
            "From that day on SMS from it may be stopped or shown with another sender there. Have it renewed before."
        )
    if begin := current_app.config["PUBLIC_URL"].rstrip("/"):
        yield f"{begin}/sender-ids/{one.row.id}"


def _today(one: Ending) -> date:
    return one.end.on - timedelta(days=one.left)
