"""How fast the pages stay in a database of many notifications, against the same pages in a small one."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import Any

from sqlalchemy import text

from app.bench.filled import DELIVERED, fill
from app.bench.machine import probe
from app.bench.orders import service_owner
from app.bench.product import BenchFailed
from app.bench.stage import Product, Stage, free_port, open_stage
from app.bench.visitor import Visitor, add_person
from app.db import db

LARGEST_ORDER = 10_000
SMALL = 10_000
WARM_UP = 10

ADDRESS = text("select address from notification where id = :id")


@dataclass(frozen=True, slots=True)
class Desk:
    """One filled database behind a web server: an order, and a notification from its middle with its address."""

    port: int
    order_id: int
    middle: int
    address: str


def bench_pages(notifications: int, opened: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Open each page `opened` times over HTTP in both databases by turns, so that both have the machine's weather.

    `say` takes a word on how far it is.
    """
    before = probe()
    with open_stage() as stage, ExitStack() as until_the_end:
        desks = []
        for size in (SMALL, notifications):
            say(f"{size} notifications")
            desks.append(_filled(stage, until_the_end.enter_context(stage.product(ENVIRONMENT="test")), size))
        say("The pages")
        small, large = _measured(desks, opened)
    return {
        "notifications": notifications,
        "against": SMALL,
        "opened": opened,
        "pages": {name: _compared(small[name], large[name]) for name in small},
        "machine": {"before": asdict(before), "after": asdict(probe())},
    }


def _compared(small: list[float], large: list[float]) -> dict[str, float]:
    p95_small, p95_large = _p95(small), _p95(large)
    figures = {"p95_small_ms": p95_small * 1000, "p95_ms": p95_large * 1000, "times": p95_large / p95_small}
    return {name: round(figure, 2) for name, figure in figures.items()}


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _filled(stage: Stage, product: Product, notifications: int) -> Desk:
    """Fill the product's database, and open its web server."""
    orders = fill(_sizes(notifications), DELIVERED)
    add_person(service_owner())
    _settle_down(stage, product)
    order = orders[len(orders) // 2]
    middle = order.first_id + order.recipients // 2
    address = str(db.session.scalar(ADDRESS, {"id": middle}))
    db.session.rollback()
    port = free_port()
    product.start_web(port)
    return Desk(port, order.order_id, middle, address)


def _measured(desks: Sequence[Desk], opened: int) -> list[dict[str, list[float]]]:
    """The seconds that each page took of each desk, whose pages are opened by turns."""
    visitors = [Visitor(desk.port).sign_in() for desk in desks]
    urls = [_pages(visitor, desk) for visitor, desk in zip(visitors, desks, strict=True)]
    seconds: list[dict[str, list[float]]] = [{name: [] for name in pages} for pages in urls]
    for name in urls[0]:
        for number in range(WARM_UP + opened):
            for visitor, pages, its in zip(visitors, urls, seconds, strict=True):
                its[name] += [_opened(visitor, pages[name])] * (number >= WARM_UP)
    return seconds


def _sizes(notifications: int) -> list[int]:
    whole, rest = divmod(notifications, LARGEST_ORDER)
    return [LARGEST_ORDER] * whole + [rest] * bool(rest)


def _settle_down(stage: Stage, product: Product) -> None:
    """Statistics and visibility as they are after a quiet minute."""
    stage.run_in(str(product.settings["DATABASE_URL"]), "vacuum analyze")


def _pages(visitor: Visitor, desk: Desk) -> dict[str, str]:
    page = f"/orders/{desk.order_id}"
    found = visitor.post(page, page, recipient=desk.address)
    if found.status != 303:
        raise BenchFailed(f"The search answered {found.status}.")
    return {
        "order": page,
        "table": f"{page}?after={desk.middle}",
        "failed": f"{page}?status=failed",
        "notification": f"/notifications/{desk.middle}",
        "search": found.headers["Location"],
        "orders": "/orders",
    }


def _opened(visitor: Visitor, url: str) -> float:
    began_at = time.perf_counter()
    answer = visitor.get(url)
    passed_s = time.perf_counter() - began_at
    if answer.status != 200:
        raise BenchFailed(f"A page answered {answer.status}.")
    return passed_s
