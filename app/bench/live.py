"""What many viewers of one moving order cost the web server, against a bare Flask page asked for as often."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import Any

import urllib3
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.bench.filled import ACCEPTED, Filled, fill
from app.bench.machine import probe
from app.bench.orders import service_owner
from app.bench.proc import cpu_s
from app.bench.product import BenchFailed
from app.bench.stage import Product, free_port, open_stage
from app.bench.visitor import Visitor, add_person
from app.messaging.status import Status

RECIPIENTS = 100_000
AT_ONCE = 32
"""Requests under way at once at most."""

MOVES_EVERY_S = 0.5
MOVED_AT_ONCE = 100

MOVE = text("""
update notification_state set status = :delivered, status_at = clock_timestamp() where id between :first and :last
""")


@dataclass(frozen=True, slots=True)
class Watched:
    """What came of the viewers' requests to one server."""

    seconds: list[float]
    """From the moment when each request was due to its answer."""
    statuses: list[int]
    cpu_ms: float
    """Processor time of the server for each request."""


def bench_live(viewers: int, seconds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Let every viewer ask as often as a page does; `say` takes a word on how far it is."""
    before = probe()
    with open_stage() as stage, stage.product(ENVIRONMENT="test") as product:
        order = fill([RECIPIENTS], ACCEPTED)[0]
        add_person(service_owner())
        every_s = float(product.app.config["POLL_INTERVAL_S"])
        say("The order's page")
        ours = _our_page(product, order, viewers, every_s, seconds)
        say("A bare page")
        bare = _bare_page(product, viewers, every_s, seconds)
    return {
        "viewers": viewers,
        "every_s": every_s,
        "seconds": seconds,
        "refreshes": len(ours.seconds),
        "p95_ms": round(quantiles(ours.seconds, n=20)[-1] * 1000, 1),
        "unchanged": round(ours.statuses.count(304) / len(ours.statuses), 2),
        "cpu_ms": round(ours.cpu_ms, 2),
        "bare_cpu_ms": round(bare.cpu_ms, 2),
        "times_bare": round(ours.cpu_ms / bare.cpu_ms, 1),
        "machine": {"before": asdict(before), "after": asdict(probe())},
    }


def _our_page(product: Product, order: Filled, viewers: int, every_s: float, seconds: int) -> Watched:
    port = free_port()
    product.start_web(port)
    cookie = Visitor(port).sign_in().cookie
    headers = {"Cookie": cookie, "HX-Request": "true"}
    with _moving(str(product.settings["DATABASE_URL"]), order):
        return _watch(port, f"/orders/{order.order_id}", headers, product.pids["web"], (viewers, every_s, seconds))


def _bare_page(product: Product, viewers: int, every_s: float, seconds: int) -> Watched:
    port = free_port()
    product.start_bare(port)
    return _watch(port, "/", {}, product.pids["bare"], (viewers, every_s, seconds))


@contextmanager
def _moving(database_url: str, order: Filled) -> Iterator[None]:
    """Let notifications of the order be delivered, some at a time, during the block."""
    done = threading.Event()
    mover = threading.Thread(target=_move, args=(database_url, order, done), daemon=True)
    mover.start()
    try:
        yield
    finally:
        done.set()
        mover.join()


def _move(database_url: str, order: Filled, done: threading.Event) -> None:
    first, last = order.first_id, order.first_id + order.recipients
    with create_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        while not done.wait(MOVES_EVERY_S) and first < last:
            told = {"delivered": Status.SMS_DELIVERED, "first": first, "last": first + MOVED_AT_ONCE - 1}
            connection.execute(MOVE, told)
            first += MOVED_AT_ONCE


def _watch(port: int, url: str, headers: dict[str, str], pid: int, load: tuple[int, float, int]) -> Watched:
    viewers, every_s, seconds = load
    pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=AT_ONCE, block=True)
    etags: list[str] = [""] * viewers
    spent_before, began_at = cpu_s(pid), time.monotonic()

    def ask(number: int) -> tuple[float, int]:
        due_at = began_at + number * every_s / viewers
        time.sleep(max(due_at - time.monotonic(), 0))
        told = {**headers, "If-None-Match": etags[number % viewers]}
        answer = pool.request("GET", url, headers=told, redirect=False, retries=False)
        etags[number % viewers] = answer.headers.get("ETag", "")
        return time.monotonic() - due_at, answer.status

    with ThreadPoolExecutor(AT_ONCE) as viewers_at_once:
        answers = list(viewers_at_once.map(ask, range(int(viewers * seconds / every_s))))
    statuses = [status for _, status in answers]
    if not set(statuses) <= {200, 304}:
        raise BenchFailed("A refresh was refused.")
    cpu_ms = (cpu_s(pid) - spent_before) * 1000 / len(answers)
    if cpu_ms <= 0:
        raise BenchFailed("This system does not tell the processor time of a process.")
    return Watched([passed_s for passed_s, _ in answers], statuses, cpu_ms)
