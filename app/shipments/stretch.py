"""A part of a table by its key, asked for in a way that only one index can answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVarTuple

from sqlalchemy import Select, tuple_

from app.web.ids import LARGEST_ID
from app.web.paging import PAGE_SIZE, Window

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Keys between two ends, the ends left out, from the lower end up or from the upper end down."""

    low: int = 0
    high: int = LARGEST_ID
    climbs: bool = True
    limit: int = PAGE_SIZE + 1

    @classmethod
    def of(cls, window: Window) -> "Stretch":
        """The page that a window asks for, with one row too many to see whether more follow."""
        low = 0 if window.after is None else window.after
        high = LARGEST_ID if window.before is None else window.before
        return cls(low, high, window.climbs)

    def by_key(self, statement: Select[*Columns], key: Any) -> Select[*Columns]:
        """Walk an index on the key alone."""
        return statement.where(key > self.low, key < self.high).order_by(self._ordered(key)).limit(self.limit)

    def by_index(self, statement: Select[*Columns], columns: Sequence[Any], *values: Any) -> Select[*Columns]:
        """Walk the index on `columns`, the last of which is the key, where the others have these values.

        Compared and ordered as rows, since then no other index gives the order: for plain equality the planner, whose
        statistics of a shipment under way are always late, may walk the primary key past a million other rows.
        """
        row = tuple_(*columns)
        within = (row > tuple_(*values, self.low), row < tuple_(*values, self.high))
        return statement.where(*within).order_by(*map(self._ordered, columns)).limit(self.limit)

    def _ordered(self, column: Any) -> Any:
        return column.asc() if self.climbs else column.desc()
