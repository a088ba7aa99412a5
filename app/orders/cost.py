"""What an order will cost, from what the check found and the price list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from app.db import db
from app.messaging.scheme import channels_of
from app.messaging.status import Channel
from app.orders.models import CheckLine
from app.prices.queries import PriceList, price_list


@dataclass(frozen=True, slots=True)
class CostLine:
    """One country of an order's SMS, or its e-mails; `cost` is NOK without VAT, None where no price is known."""

    channel: Channel
    country: str
    """Of the SMS; empty for e-mail."""
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
    def messages(self) -> int:
        """How many messages there are on all channels."""
        return sum(line.recipients for line in self.lines)

    def messages_by(self, channel: Channel) -> int:
        """How many of them travel on that channel."""
        return sum(line.recipients for line in self.lines if line.channel is channel)

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


def estimate(order_id: int, scheme: int, reminder: int = 0) -> Estimate:
    """Price what the order's last check found for the main shipment, or for a reminder."""
    is_email = CheckLine.segments == 0
    counted = select(
        is_email, CheckLine.country, func.sum(CheckLine.recipients), func.sum(CheckLine.recipients * CheckLine.segments)
    )
    its = (CheckLine.order_id == order_id, CheckLine.reminder == reminder)
    rows = db.session.execute(counted.where(*its).group_by(is_email, CheckLine.country))
    prices = {channel: price_list(channel) for channel in channels_of(scheme)}
    lines = [
        _line(prices, Channel.EMAIL if email else Channel.SMS, country, recipients, segments)
        for email, country, recipients, segments in rows
    ]
    return Estimate(sorted(lines, key=lambda line: (-(line.cost or Decimal(0)), -line.recipients, line.country)))


def _line(
    prices: Mapping[Channel, PriceList], channel: Channel, country: str, recipients: int, segments: int
) -> CostLine:
    price, units = prices[channel].of(country), segments or recipients
    return CostLine(channel, country, recipients, segments, price, None if price is None else price * units)
