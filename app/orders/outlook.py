"""What each country will do to an order, as told while it is composed, before it is sent and when it is placed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app

from app.country_rules.countries.verified import freshness
from app.country_rules.in_force import register_in_force
from app.country_rules.upkeep.queries import verifications
from app.db import utcnow
from app.messaging.days import Days
from app.messaging.phone_metadata import counted_country
from app.messaging.schedule import OSLO, next_opening
from app.messaging.scheme import has
from app.messaging.status import Channel
from app.orders import contents
from app.orders.models import Order
from app.orders.outcomes import Fate, Fates


@dataclass(frozen=True, slots=True)
class Part:
    """Those recipients of a country who share a fate."""

    fate: Fate
    recipients: int
    segments: int
    with_email: int = 0
    """How many of them also have an e-mail address."""


@dataclass(frozen=True, slots=True)
class CountryLine:
    """One country of an order; its parts stand with the worst first."""

    country: str
    parts: Sequence[Part]

    @property
    def worst(self) -> Fate:
        """The worst that becomes of any of them."""
        return self.parts[0].fate

    @property
    def recipients(self) -> int:
        """How many numbers the order has there."""
        return sum(part.recipients for part in self.parts)

    @property
    def with_email(self) -> int:
        """How many of them can be moved to e-mail."""
        return sum(part.with_email for part in self.parts)

    @property
    def stopped(self) -> int:
        """How many of them get no SMS."""
        return sum(part.recipients for part in self.parts if part.fate.is_stopped)

    @property
    def needs_confirmation(self) -> bool:
        """Whether the sender must confirm the country by name."""
        return any(part.fate.needs_confirmation for part in self.parts)


@dataclass(frozen=True, slots=True)
class Outlook:
    """All countries of an order, the worst first."""

    lines: Sequence[CountryLine]

    @property
    def recipients(self) -> int:
        """How many numbers the order has."""
        return sum(line.recipients for line in self.lines)

    @property
    def stopped(self) -> int:
        """How many of them get no SMS."""
        return sum(line.stopped for line in self.lines)

    @property
    def stops_all(self) -> bool:
        """Whether nobody at all would get an SMS."""
        return bool(self.lines) and self.stopped == self.recipients

    @property
    def to_confirm(self) -> Sequence[CountryLine]:
        """The countries that the sender must confirm by name."""
        return [line for line in self.lines if line.needs_confirmation]

    @property
    def affected(self) -> Sequence[CountryLine]:
        """The countries of which there is something to say."""
        return [line for line in self.lines if not all(part.fate.is_plain for part in line.parts)]


NOTHING = Outlook(())


def of(order: Order) -> Outlook:
    """Tell what each country will do to an order as it was last checked, on the day when its SMS leave."""
    if not has(order.channel, Channel.SMS):
        return NOTHING
    found = contents.contents_of(order.id)
    at = leaves_at(order.send_at, utcnow(), daytime_only=order.daytime_only, days=order.days)
    return among(found, order.service_owner_id, order.sms_sender, at)


def among(found: Sequence[contents.Line], service_owner_id: int, sender: str, at: datetime) -> Outlook:
    """Tell it of these countries and hosts, for a sender at a moment."""
    if not found:
        return NOTHING
    fates = Fates(service_owner_id, sender or default_sender(), {line.country for line in found}, at)
    parts: dict[str, list[Part]] = {}
    for line in found:
        part = Part(fates[line.country, line.hosts], line.recipients, line.segments, line.with_email)
        parts.setdefault(counted_country(line.country), []).append(part)
    lines = (CountryLine(country, _worst_first(its)) for country, its in parts.items())
    return Outlook(sorted(lines, key=lambda line: (*_negative(line.worst.severity), -line.recipients, line.country)))


def verified_on(seen: Outlook) -> Mapping[str, date]:
    """Tell of each country when somebody last compared its rules with their sources; of none without rules."""
    register, verified, today = register_in_force(), verifications(), utcnow().astimezone(OSLO).date()
    known = [line.country for line in seen.lines if line.country in register.countries]
    return {country: freshness(register, (), country, verified, today).on for country in known}


def leaves_at(send_at: datetime | None, now: datetime, *, daytime_only: bool, days: int = Days.EVERY) -> datetime:
    """Tell when the first SMS of an order leave."""
    moment = max(send_at or now, now)
    return next_opening(moment, days) if daytime_only else moment


def default_sender() -> str:
    """Name the sender of an SMS whose order has none."""
    return str(current_app.config["DEFAULT_SMS_SENDER"])


def _worst_first(parts: Iterable[Part]) -> Sequence[Part]:
    return sorted(parts, key=lambda part: (*_negative(part.fate.severity), -part.recipients))


def _negative(severity: tuple[int, int]) -> tuple[int, int]:
    return -severity[0], -severity[1]
