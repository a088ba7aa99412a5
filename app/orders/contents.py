"""What of an order's texts matters to countries: how many recipients of each get links to which hosts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, text

from app.db import db
from app.orders.models import CheckContent

MOST = 500
"""So many combinations of country and hosts are told apart; what is beyond counts as a link that nobody approved."""

OTHER_HOSTS = frozenset({"…"})
"""Stands for hosts beyond those, and is never an approved one: the worker looks at each text itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """How many recipients of a country get a text with links to these hosts, and its segments in all."""

    country: str
    hosts: frozenset[str]
    recipients: int
    segments: int
    with_email: int = 0
    """How many of them also have an e-mail address."""


class Contents:
    """Counts recipients and segments by country and hosts, in bounded memory however many there are."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, frozenset[str]], list[int]] = {}

    def add(self, country: str, hosts: frozenset[str], recipients: int, segments: int, with_email: int = 0) -> None:
        """Count some more, of whom so many also have an e-mail address."""
        counted = self._found.get((country, hosts))
        if counted is None:
            is_beyond = len(self._found) >= MOST and bool(hosts)
            counted = self._found.setdefault((country, OTHER_HOSTS if is_beyond else hosts), [0, 0, 0])
        counted[0] += recipients
        counted[1] += segments
        counted[2] += with_email

    def store(self, order_id: int, reminder: int = 0) -> None:
        """Put what was counted beside the draft, where what was found before has been forgotten."""
        key = {"order_id": order_id, "reminder": reminder}
        lines = [
            {
                **key,
                "no": no,
                "country": country,
                "hosts": sorted(hosts),
                "recipients": counts[0],
                "segments": counts[1],
                "with_email": counts[2],
            }
            for no, ((country, hosts), counts) in enumerate(self._found.items())
        ]
        if lines:
            db.session.execute(insert(CheckContent), lines)


def forget(order_id: int) -> None:
    """Forget what the last check of an order found."""
    db.session.execute(delete(CheckContent).where(CheckContent.order_id == order_id))


def contents_of(order_id: int, reminder: int = 0) -> Sequence[Line]:
    """List what the last check of an order found for its main shipment, or for a reminder."""
    said = CheckContent
    columns = (said.country, said.hosts, said.recipients, said.segments, said.with_email)
    its = (CheckContent.order_id == order_id, CheckContent.reminder == reminder)
    found = db.session.execute(select(*columns).where(*its).order_by(CheckContent.no))
    return [Line(country, frozenset(hosts), *counts) for country, hosts, *counts in found]


_NOTE_COUNTRIES = text("""
    update intake set countries = coalesce((
        select jsonb_object_agg(country, n) from (
            select country, count(*) as n from recipient
            where order_id = :order_id and part = :part and country <> '' group by country
        ) as counted
    ), '{}') where id = :intake_id
""")


def note_countries(intake_id: int, order_id: int, part: int) -> None:
    """Keep with what was read how many of its numbers are in which country, so that composing need not count them."""
    db.session.execute(_NOTE_COUNTRIES, {"intake_id": intake_id, "order_id": order_id, "part": part})
