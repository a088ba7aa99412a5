"""Deeds of administrators on gateways; each has a reason, stands in the history and in the audit log, none commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from app.accounts.models import Person
from app.audit.service import record
from app.db import db
from app.gateway_desk import pool
from app.gateway_desk.models import Gateway, GatewayEvent, Standing
from app.gateways.breaker import State
from app.queue import ring

SEND = "app.dispatch.jobs.send"

_DEEDS = {Standing.PAUSED: "paused", Standing.DRAINING: "drained", Standing.USED: "resumed"}


@dataclass(frozen=True, slots=True)
class Share:
    """What a gateway is for: countries (none: all), weight, and limits in messages per second (none: no limit)."""

    countries: Sequence[str] | None
    weight: int
    rate_per_s: float | None
    sender_rate_per_s: float | None


def stand(name: str, standing: Standing, reason: str, person: Person) -> bool:
    """Pause a gateway, let it drain or use it again; false where it stands so already."""
    pool.introduce()
    changed = db.session.execute(
        update(Gateway)
        .where(Gateway.name == name, Gateway.standing != standing)
        .values(
            standing=standing,
            standing_reason=reason,
            standing_by_id=person.id,
            standing_at=func.clock_timestamp(),
            # What waits looks again only where more may go than before.
            revision=Gateway.revision + (1 if standing is Standing.USED else 0),
        )
        .returning(Gateway.name)
    ).one_or_none()
    if changed is not None:
        _note(name, _DEEDS[standing], reason, person)
    if changed is not None and standing is Standing.USED:
        ring("dispatch", SEND)
    return changed is not None


def change(name: str, share: Share, reason: str, person: Person) -> bool:
    """Change what a gateway is for; false where that is what it is for already."""
    pool.introduce()
    gateway = db.session.scalars(select(Gateway).where(Gateway.name == name).with_for_update()).one()
    before = Share(gateway.countries, gateway.weight, gateway.rate_per_s, gateway.sender_rate_per_s)
    if before == share:
        return False
    gateway.countries = None if share.countries is None else list(share.countries)
    gateway.weight = share.weight
    gateway.rate_per_s, gateway.sender_rate_per_s = share.rate_per_s, share.sender_rate_per_s
    gateway.revision += 1
    _note(name, "changed", reason, person, before=_told(before), after=_told(share))
    ring("dispatch", SEND)
    return True


def try_now(name: str, person: Person) -> bool:
    """Let a gateway that is left alone be tried at once; false where it is not left alone."""
    changed = db.session.execute(
        update(Gateway)
        .where(Gateway.name == name, Gateway.breaker != State.CLOSED)
        .values(breaker_until=func.clock_timestamp())
        .returning(Gateway.name)
    ).one_or_none()
    if changed is not None:
        _note(name, "try_asked", "", person)
        ring("dispatch", SEND)
    return changed is not None


def _note(name: str, what: str, reason: str, person: Person, **detail: Any) -> None:
    db.session.add(GatewayEvent(gateway=name, what=what, person_id=person.id, reason=reason, detail=detail or None))
    record(f"gateway.{what}", "gateway", name, reason=reason, **detail)


def _told(share: Share) -> dict[str, Any]:
    return {
        "countries": None if share.countries is None else list(share.countries),
        "weight": share.weight,
        "rate_per_s": share.rate_per_s,
        "sender_rate_per_s": share.sender_rate_per_s,
    }
