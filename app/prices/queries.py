"""Questions about what a notification costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.db import db
from app.messaging.status import Channel
from app.prices.models import ELSEWHERE, Price


@dataclass(frozen=True, slots=True)
class PriceList:
    """One channel's prices in NOK without VAT: per segment of an SMS, per e-mail."""

    channel: Channel
    amounts: Mapping[str, Decimal]

    def of(self, country: str) -> Decimal | None:
        """Give the price to a country (ISO 3166 alpha-2), or the price elsewhere, or None where neither is known."""
        return self.amounts.get(country, self.amounts.get(ELSEWHERE))


def price_list(channel: Channel) -> PriceList:
    """Read the prices of a channel, by one statement."""
    rows = db.session.execute(select(Price.country, Price.amount).where(Price.channel == channel))
    return PriceList(channel, {row.country: row.amount for row in rows})


def prices() -> Sequence[Price]:
    """List every price, SMS before e-mail."""
    return db.session.scalars(select(Price).order_by(Price.channel.desc(), Price.country)).all()


def price(channel: Channel, country: str) -> Price | None:
    """Find the price that a country has of its own."""
    return db.session.get(Price, (int(channel), country))


def price_for_change(channel: Channel, country: str) -> Price | None:
    """Find a price and keep others from changing it until the commit."""
    found = select(Price).where(Price.channel == channel, Price.country == country)
    return db.session.scalars(found.with_for_update().execution_options(populate_existing=True)).one_or_none()
