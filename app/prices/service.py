"""Deeds on the price list; each leaves an audit entry, none commits."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.service import record
from app.db import db
from app.messaging.status import Channel
from app.prices import queries
from app.prices.models import Price


class PriceMoved(Exception):
    """Somebody else changed or removed the price since it was read; `now` is what it is, None if it is gone."""

    def __init__(self, now: Price | None) -> None:
        super().__init__()
        self.now = now


class PriceExists(Exception):
    """The country has a price of its own already."""


def add_price(channel: Channel, country: str, amount: Decimal) -> None:
    """Give a country a price of its own, in NOK without VAT; raises `PriceExists`."""
    row = {"channel": channel, "country": country, "amount": amount}
    added = insert(Price).values(row).on_conflict_do_nothing().returning(Price.country)
    if db.session.execute(added).one_or_none() is None:
        raise PriceExists
    _record("price.added", channel, country, new=_plain(amount))


def change_price(channel: Channel, country: str, amount: Decimal, seen_at: datetime) -> None:
    """Change a price that is still as it was at `seen_at` (its `changed_at` when read); raises `PriceMoved`."""
    before = _unmoved(channel, country, seen_at)
    if before == amount:
        return
    changed = update(Price).where(Price.channel == channel, Price.country == country)
    db.session.execute(changed.values(amount=amount, changed_at=func.clock_timestamp()))
    _record("price.changed", channel, country, old=_plain(before), new=_plain(amount))


def remove_price(channel: Channel, country: str, seen_at: datetime) -> None:
    """Take away a country's own price, so that the one for elsewhere holds; raises `PriceMoved`."""
    before = _unmoved(channel, country, seen_at)
    db.session.execute(delete(Price).where(Price.channel == channel, Price.country == country))
    _record("price.removed", channel, country, old=_plain(before))


def _unmoved(channel: Channel, country: str, seen_at: datetime) -> Decimal:
    """Lock the price until the commit and give its amount, if it is still the one that was seen."""
    now = queries.price_for_change(channel, country)
    if now is None or now.changed_at != seen_at:
        raise PriceMoved(now)
    return now.amount


def _record(action: str, channel: Channel, country: str, **amounts: Any) -> None:
    record(action, "price", f"{channel.name}-{country}", **amounts)


def _plain(amount: Decimal) -> str:
    return f"{amount:.4f}"
