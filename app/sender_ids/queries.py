"""What the rooms above ask: which registration a sender ID has in each country, and until when it counts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, func, select

from app.country_rules.facts import Country, Register
from app.country_rules.in_force import register_in_force
from app.country_rules.terms import RegistrationStatus, Standing
from app.country_rules.verdict import Registration
from app.db import asked, db
from app.messaging.phone_metadata import counted_country
from app.messaging.sender import InvalidSender, check_sender
from app.sender_ids import days
from app.sender_ids.models import OperatorResult, SenderRegistration, SenderTraffic

_BEST_FIRST = (
    RegistrationStatus.APPROVED,
    RegistrationStatus.SUSPENDED,
    RegistrationStatus.IN_REVIEW,
    RegistrationStatus.SUBMITTED,
    RegistrationStatus.ACTION_REQUIRED,
    RegistrationStatus.DRAFT,
    RegistrationStatus.EXPIRED,
    RegistrationStatus.REJECTED,
    RegistrationStatus.REVOKED,
    RegistrationStatus.WITHDRAWN,
)
_ANY = """
select 1 from sender_registration
where service_owner_id = %s and lower(sender) = %s and country = any(%s::text[]) limit 1
"""
# Most sender IDs are registered nowhere, and the whole question is dear to build.

_RANK = {status: rank for rank, status in enumerate(_BEST_FIRST)}


@dataclass(frozen=True, slots=True)
class End:
    """The first day on which an approved registration no longer counts, and by disuse since when, if so."""

    on: date
    unused_since: date | None = None

    @property
    def by_disuse(self) -> bool:
        """Whether it lapses because nothing is sent from it."""
        return self.unused_since is not None


def registrations(service_owner_id: int, sender: str, countries: Collection[str]) -> dict[str, Registration]:
    """Find what a service owner's sender ID is registered as, by country: one of each, in whatever status it is.

    An approved one goes before others, the exact spelling before another case of the same letters, which only some
    countries take for the same. What ends by disuse has that day as its `valid_until`; where operators differ it has
    the worst of their statuses. Correct at every moment, also where the job that writes down ends is late.
    """
    wanted = {counted_country(country) for country in countries}
    spelled = _spelled(sender)
    if not wanted or not asked(_ANY, (service_owner_id, spelled.lower(), sorted(wanted))):
        return {}
    found = db.session.execute(_statement(service_owner_id, spelled, wanted)).all()
    operators, register = operator_results([row.id for row, _ in found]), register_in_force()
    worst_first = sorted(
        ((row.id, as_registration(register, row, last_at, operators.get(row.id, ()))) for row, last_at in found),
        key=lambda pair: (_RANK[pair[1].status], pair[1].sender != spelled, -pair[0]),
        reverse=True,
    )
    return {registration.country: registration for _, registration in worst_first}


def as_registration(
    register: Register,
    row: SenderRegistration,
    last_traffic_at: datetime | None,
    operators: Iterable[RegistrationStatus] = (),
) -> Registration:
    """Give a stored registration as country rules read it."""
    end = end_of(row, last_traffic_at)
    return Registration(
        sender=row.sender,
        country=row.country,
        status=worst(RegistrationStatus(row.status), operators),
        valid_from=row.valid_from,
        valid_until=end.on if end else None,
        providers=frozenset(row.providers) if asks_for_providers(register.countries.get(row.country)) else None,
        approved_hosts=frozenset(row.approved_hosts),
        nominated_for_links=row.nominated_for_links,
    )


def worst(status: RegistrationStatus, operators: Iterable[RegistrationStatus]) -> RegistrationStatus:
    """Give the worst of what operators made of it: whose subscriber a recipient is cannot be seen (4.6)."""
    if status is not RegistrationStatus.APPROVED:
        return status
    return max((status, *operators), key=_RANK.__getitem__)


def end_of(row: SenderRegistration, last_traffic_at: datetime | None) -> End | None:
    """Tell when a registration ends or lapses, whichever is first; None where neither is in sight."""
    lapse = _lapse(row, last_traffic_at)
    if lapse and (row.valid_until is None or lapse.on < row.valid_until):
        return lapse
    return End(row.valid_until) if row.valid_until else None


def asks_for_providers(entry: Country | None) -> bool:
    """Whether a country looks at who carries the message: one of its rules names the wrong provider."""
    return entry is not None and any(Standing.WRONG_PROVIDER in rule.when.registration for rule in entry.rules)


def _lapse(row: SenderRegistration, last_traffic_at: datetime | None) -> End | None:
    limits = (days.months_until_lapse(row.country), row.lapses_after_months)
    months = min((limit for limit in limits if limit), default=None)
    since = [day for day in (row.approved_on, row.valid_from) if day]
    if last_traffic_at is not None:
        since.append(days.day_in(row.country, last_traffic_at))
    return End(days.months_after(max(since), months), max(since)) if months and since else None


def _statement(service_owner_id: int, sender: str, countries: Collection[str]) -> Select[SenderRegistration, datetime]:
    its_traffic = and_(
        SenderTraffic.service_owner_id == SenderRegistration.service_owner_id,
        SenderTraffic.country == SenderRegistration.country,
        SenderTraffic.sender == SenderRegistration.sender,
    )
    return (
        select(SenderRegistration, SenderTraffic.last_at)
        .outerjoin(SenderTraffic, its_traffic)
        .where(
            SenderRegistration.service_owner_id == service_owner_id,
            func.lower(SenderRegistration.sender) == sender.lower(),
            SenderRegistration.country.in_(countries),
        )
    )


def operator_results(registration_ids: Sequence[int]) -> dict[int, list[RegistrationStatus]]:
    """Find what each operator made of these registrations."""
    found: dict[int, list[RegistrationStatus]] = {}
    its = OperatorResult.registration_id.in_(registration_ids)
    for registration_id, status in db.session.execute(
        select(OperatorResult.registration_id, OperatorResult.status).where(its)
    ):
        found.setdefault(registration_id, []).append(RegistrationStatus(status))
    return found


def _spelled(sender: str) -> str:
    try:
        return check_sender(sender)
    except InvalidSender:
        return sender.strip()
