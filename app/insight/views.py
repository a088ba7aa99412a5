"""The browser's door to the daily figures: charts with their tables, and both as files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Flask, abort, render_template, request
from flask import Response as FlaskResponse
from flask_babel import gettext, lazy_gettext

from app.accounts.current import current_person, sees_every_service_owner
from app.accounts.queries import service_owners
from app.db import utcnow
from app.insight import charts, queries, words
from app.insight.buckets import ERROR
from app.insight.forms import FilterForm
from app.insight.periods import FINER, Period, last_day
from app.insight.queries import By, Figures, Wanted
from app.messaging.status import Channel
from app.web import menu
from app.web.access import open_to
from app.web.download import csv_download
from app.web.formats import OSLO

bp = Blueprint("insight", __name__)

EVERYBODY = ("sender", "support", "administrator")


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    menu.add(lazy_gettext("Insight"), "insight.insight", EVERYBODY, 38)
    app.register_blueprint(bp)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pictures of a page."""

    volume: Sequence[charts.Bar]
    share: Sequence[Sequence[charts.Dot]]
    median: Sequence[Sequence[charts.Dot]]
    p95: Sequence[Sequence[charts.Dot]]


@bp.get("/insight")
@open_to(*EVERYBODY)
def insight() -> str:
    """Show how the sending goes."""
    filters, wanted = _asked()
    series = queries.series(wanted)
    return render_template(
        "insight/insight.html",
        filters=filters,
        wanted=wanted,
        series=series,
        whole=queries.together(series),
        drawn=_draw(list(series.values())),
        highest=max(series.items(), key=lambda step: step[1].total),
        slowest=max((figures.p95_s or 0 for figures in series.values()), default=0),
        parts=queries.parts(wanted),
        shown=queries.shown,
        most=queries.MOST_PARTS,
        By=By,
        words=words,
        is_email_timed=wanted.timed_channel is Channel.EMAIL,
        error=ERROR,
        rolled_at=queries.rolled_at(),
        later=_later(wanted.period),
        closer=FINER.get(wanted.period.step),
        last_day=last_day,
        kept={name: value for name, value in request.args.items() if value},
    )


@bp.get("/insight/figures.csv")
@open_to(*EVERYBODY)
def export_figures() -> FlaskResponse:
    """Stream the figures of each step."""
    _, wanted = _asked()
    header = (gettext("From the day"), gettext("To the day"), gettext("Notifications"), gettext("Delivered"))
    more = (gettext("Failed"), gettext("Open"), gettext("Delivered share"), gettext("Median seconds"))
    rows = _figures(wanted, queries.series(wanted))
    return csv_download("insight.csv", [*header, *more, gettext("95 of 100 within seconds")], rows)


@bp.get("/insight/failures.csv")
@open_to(*EVERYBODY)
def export_failures() -> FlaskResponse:
    """Stream what failed, by cause, country, gateway and sender."""
    _, wanted = _asked()
    header = [gettext("By"), gettext("Name"), gettext("Status"), gettext("Failed"), gettext("Of so many")]
    return csv_download("failures.csv", header, _failures(queries.parts(wanted)))


def _asked() -> tuple[FilterForm, Wanted]:
    owners = _owners()
    if (name := request.args.get("owner")) and name not in owners:
        abort(404)
    filters = FilterForm(request.args, meta={"csrf": False}).offer(owners)
    return filters, filters.wanted(_ids(owners), _today())


def _ids(owners: Mapping[str, int]) -> list[int] | None:
    """Whose figures are shown: the chosen one's, or else all that the person may see."""
    if chosen := request.args.get("owner"):
        return [owners[chosen]]
    return None if sees_every_service_owner() else list(owners.values())


def _owners() -> dict[str, int]:
    """Whose figures the person may see, those of closed service owners too."""
    if sees_every_service_owner():
        return {owner.short_name: owner.id for owner in service_owners()}
    mine = (membership.service_owner for membership in current_person().memberships)
    return {owner.short_name: owner.id for owner in sorted(mine, key=lambda owner: owner.short_name)}


def _draw(steps: Sequence[Figures]) -> Drawn:
    stacks = [(("delivered", one.delivered), ("failed", one.failed), ("open", one.open)) for one in steps]
    slowest = max((one.p95_s or 0 for one in steps), default=0)
    return Drawn(
        charts.bars(stacks),
        charts.lines([one.share for one in steps], 1),
        charts.lines([one.median_s for one in steps], slowest),
        charts.lines([one.p95_s for one in steps], slowest),
    )


def _later(period: Period) -> date | None:
    """The last day of the period after this one; None where that is still to come."""
    return None if period.last_on >= _today() else min(period.after, _today())


def _today() -> date:
    return utcnow().astimezone(OSLO).date()


def _figures(wanted: Wanted, series: Mapping[date, Figures]) -> Iterator[list[Any]]:
    for start, one in series.items():
        shares = (_decimals(one.share, 4), _decimals(one.median_s, 2), _decimals(one.p95_s, 2))
        counts = (one.total, one.delivered, one.failed, one.open)
        yield [start.isoformat(), last_day(wanted.period.step, start).isoformat(), *counts, *shares]


def _decimals(value: float | None, places: int) -> str:
    """Write a number as a Norwegian spreadsheet reads it; nothing for None."""
    return "" if value is None else f"{value:.{places}f}".replace(".", ",")


def _failures(found: Mapping[By, Sequence[queries.Part]]) -> Iterator[list[Any]]:
    for by in By:
        for one in found.get(by, ()):
            yield [words.heading(by), words.part(by, one), words.status(one), one.failed, one.total]
