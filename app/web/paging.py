"""Tables page by key, never by offset: `?before=` and `?after=` name the key at the edge of the page that was seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, TypeVarTuple

from flask import Flask, abort, request, url_for
from sqlalchemy import ColumnElement, Select

from app.web.ids import id_named

PAGE_SIZE = 50

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows, with the keys to ask for its neighbours; None where there are no more."""

    rows: Sequence[Row]
    newer_key: int | None
    older_key: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked for: keys below `before`, keys above `after`, or the first page."""

    before: int | None = None
    after: int | None = None
    is_ascending: bool = False

    def narrow(self, statement: Select[*Columns], key: ColumnElement[int] | Any) -> Select[*Columns]:
        """Limit a statement to this window, with one row too many to see whether more follow."""
        if self.before is not None:
            statement = statement.where(key < self.before)
        if self.after is not None:
            statement = statement.where(key > self.after)
        return statement.order_by(key.asc() if self.climbs else key.desc()).limit(PAGE_SIZE + 1)

    def page(self, fetched: Sequence[Row], key: Callable[[Row], int]) -> Page[Row]:
        """Make the page of what the narrowed statement fetched, in the table's own order."""
        rows = list(fetched[:PAGE_SIZE])
        has_more = len(fetched) > PAGE_SIZE
        if self.climbs != self.is_ascending:
            rows.reverse()
        keys = sorted(key(row) for row in rows)
        if not keys:
            return Page(rows, None, None)
        has_newer = has_more if self.climbs else self.before is not None
        has_older = self.after is not None if self.climbs else has_more
        return Page(rows, keys[-1] if has_newer else None, keys[0] if has_older else None)

    @property
    def climbs(self) -> bool:
        """Whether the rows are fetched from the lowest key up."""
        return self.after is not None or (self.is_ascending and self.before is None)


def page_args(*, ascending: bool = False) -> Window:
    """Read the window from the query string; anything but one natural number is an unknown page, 404."""
    before, after = _key("before"), _key("after")
    if before is not None and after is not None:
        abort(404)
    return Window(before, after, ascending)


def url_with(**changes: Any) -> str:
    """Build this page's address with some of the query changed, from the first page; None removes a value."""
    args: dict[str, Any] = {name: texts for name, texts in request.args.lists() if _stays(name)}
    return url_for(str(request.endpoint), **{**args, **(request.view_args or {}), **changes})


def install(app: Flask) -> None:
    """Make `url_with` known to the templates."""
    app.add_template_global(url_with)


def _stays(name: str) -> bool:
    """Whether it belongs to the query alone: not the page's edge, and no name by which `url_for` is told what to do."""
    return name not in ("before", "after", "endpoint") and not name.startswith("_")


def _key(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    key = id_named(text)
    return abort(404) if key is None else key
