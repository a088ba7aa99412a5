"""How fast the pages stay in a database of many notifications, against the same pages in a small one."""

import time
from collections.abc import Callable
from dataclasses import asdict
from statistics import quantiles
from typing import Any

from sqlalchemy import text

from app.bench.filled import DELIVERED, Filled, fill
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


def bench_pages(notifications: int, opened: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Open each page `opened` times over HTTP in both databases; `say` takes a word on how far it is."""
    before = probe()
    with open_stage() as stage:
        say(f"{SMALL} notifications")
        small = _measured(stage, SMALL, opened)
        say(f"{notifications} notifications")
        large = _measured(stage, notifications, opened)
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


def _measured(stage: Stage, notifications: int, opened: int) -> dict[str, list[float]]:
    with stage.product(ENVIRONMENT="test") as product:
        orders = fill(_sizes(notifications), DELIVERED)
        add_person(service_owner())
        _settle_down(stage, product)
        port = free_port()
        product.start_web(port)
        visitor = Visitor(port).sign_in()
        return {name: _opened(visitor, url, opened) for name, url in _pages(visitor, orders).items()}


def _sizes(notifications: int) -> list[int]:
    whole, rest = divmod(notifications, LARGEST_ORDER)
    return [LARGEST_ORDER] * whole + [rest] * bool(rest)


def _settle_down(stage: Stage, product: Product) -> None:
    """Statistics and visibility as they are after a quiet minute."""
    stage.run_in(str(product.settings["DATABASE_URL"]), "vacuum analyze")


def _pages(visitor: Visitor, orders: list[Filled]) -> dict[str, str]:
    order = orders[len(orders) // 2]
    page = f"/orders/{order.order_id}"
    middle = order.first_id + order.recipients // 2
    address = str(db.session.scalar(ADDRESS, {"id": middle}))
    found = visitor.post(page, page, recipient=address)
    if found.status != 303:
        raise BenchFailed(f"The search answered {found.status}.")
    return {
        "order": page,
        "table": f"{page}?after={middle}",
        "failed": f"{page}?status=failed",
        "notification": f"/notifications/{middle}",
        "search": found.headers["Location"],
        "orders": "/orders",
    }


def _opened(visitor: Visitor, url: str, times: int) -> list[float]:
    seconds = []
    for number in range(WARM_UP + times):
        began_at = time.perf_counter()
        answer = visitor.get(url)
        passed_s = time.perf_counter() - began_at
        if answer.status != 200:
            raise BenchFailed(f"A page answered {answer.status}.")
        seconds += [passed_s] * (number >= WARM_UP)
    return seconds
