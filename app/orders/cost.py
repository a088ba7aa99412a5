"""What an order will cost, from what the check found and the price list."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from app.db import db
from app.messaging.status import Channel
from app.orders.models import CheckLine
from app.prices.queries import price_list


@dataclass(frozen=True, slots=True)
class CostLine:
    """One country of an order; `cost` is NOK without VAT, None where no price is known."""

    country: str
    recipients: int
    segments: int
    """Of all its messages together; 0 for e-mail."""
    price: Decimal | None
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """An order's cost by country, the dearest first."""

    lines: Sequence[CostLine]

    @property
    def recipients(self) -> int:
        """How many get a message."""
        return sum(line.recipients for line in self.lines)

    @property
    def segments(self) -> int:
        """How many radio messages it takes; 0 for e-mail."""
        return sum(line.segments for line in self.lines)

    @property
    def total(self) -> Decimal | None:
        """NOK without VAT; None where any country's price is missing."""
        known = [line.cost for line in self.lines if line.cost is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.lines) else None

    @property
    def without_price(self) -> list[str]:
        """The countries that have no price."""
        return [line.country for line in self.lines if line.cost is None]


def estimate(order_id: int, channel: Channel) -> Estimate:
    """Price what the order's last check found."""
    counted = select(
        CheckLine.country, func.sum(CheckLine.recipients), func.sum(CheckLine.recipients * CheckLine.segments)
    )
    rows = db.session.execute(counted.where(CheckLine.order_id == order_id).group_by(CheckLine.country))
    prices = price_list(channel)
    lines = [_line(country, recipients, segments, prices.of(country)) for country, recipients, segments in rows]
    return Estimate(sorted(lines, key=lambda line: (-(line.cost or Decimal(0)), -line.recipients, line.country)))


def _line(country: str, recipients: int, segments: int, price: Decimal | None) -> CostLine:
    units = segments or recipients
    return CostLine(country, recipients, segments, price, None if price is None else price * units)
