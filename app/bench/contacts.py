"""How fast persons are looked up in KRR, beside how fast the stand-in answers a bare client with the same batches."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

import urllib3
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import current_app
from sqlalchemy import text

from app.bench.machine import probe
from app.bench.orders import service_owner
from app.bench.proc import watched
from app.bench.product import BenchFailed
from app.bench.stage import Product, free_port, open_stage
from app.contacts import krr
from app.contacts.maskinporten import tokens_for
from app.contacts.sealing import sealer
from app.db import db, driver_cursor, utcnow
from app.dispatch.jobs import LOOK_UP
from app.messaging.status import Channel
from app.orders.models import Order, RecipientKind
from app.queue import ring_now
from app.shipments.models import Shipment
from app.standin.registers import KRR
from app.worker import keep_what_is_loaded

BATCH = 1000
LOOK_EVERY_S = 0.01
PATIENCE_S_PER_PERSON = 0.001
LEAST_PATIENCE_S = 60.0
COPY = """
copy recipient (order_id, part, row_no, kind, address, country, identity, identity_hash) from stdin (format binary)
"""
TYPES = ("int8", "int2", "int4", "int2", "text", "text", "bytea", "bytea")
LOOKED_UP = text("select looked_up_at from shipment where id = :id")
FOUND = text("select count(*) from addressee where address <> ''")


def bench_contacts(
    persons: int, workers: int, rounds: int, latency_ms: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """Measure the look-up and its two peers in turns; the medians count. `say` takes a word on how far it is.

    The bare client asks for one batch after the other and reads the answers' JSON. The flood has as many requests under
    way as all workers together, and reads nothing: no more can be had of the stand-in.
    """
    before, port, seconds = probe(), free_port(), defaultdict[str, list[float]](list)
    with open_stage() as stage, stage.product(**_settings(port)) as product:
        product.start_standin(port, "")
        _tell_standin(port, invents=True)
        _tell_standin(port, register=KRR, slow_s=latency_ms / 1000)
        for number in range(1, workers + 1):
            product.start_worker_of("intake", number)
        keep_what_is_loaded()  # As a worker does; or collecting garbage would slow the bare client down.
        at_once = workers * current_app.config["REGISTER_WINDOW"]
        memory_first = _looked_up(product, min(persons, 10 * BATCH))[1]
        for number in range(1, rounds + 1):
            say(f"Round {number} of {rounds}")
            seconds["bare"].append(_timed(partial(_ask, port, persons, 1, json.loads)))
            seconds["flood"].append(_timed(partial(_ask, port, persons, at_once, len)))
            looked_up_s, memory_mb = _looked_up(product, persons)
            seconds["looked_up"].append(looked_up_s)
    its = {name: median(measured) for name, measured in seconds.items()}
    return {
        "persons": persons,
        "workers": workers,
        "latency_ms": latency_ms,
        "rounds": rounds,
        "persons_per_s": round(persons / its["looked_up"]),
        "bare_per_s": round(persons / its["bare"]),
        "of_bare": round(its["bare"] / its["looked_up"], 3),
        "flood_per_s": round(persons / its["flood"]),
        "of_flood": round(its["flood"] / its["looked_up"], 3),
        "memory_mb": {"of_10000": memory_first, "of_all": memory_mb},
        "machine": {"before": asdict(before), "after": asdict(probe())},
    }


def _settings(port: int) -> dict[str, object]:
    key = rsa.generate_private_key(65537, 2048)
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    url = f"http://127.0.0.1:{port}"
    return {
        "KRR_URL": f"{url}/krr",
        "MASKINPORTEN_URL": f"{url}/maskinporten",
        "MASKINPORTEN_ISSUER": f"{url}/maskinporten/",
        "MASKINPORTEN_CLIENT_ID": "bench",
        "MASKINPORTEN_KEY": key.private_bytes(*pem).decode().replace("\n", "\\n"),
    }


def _tell_standin(port: int, **told: object) -> None:
    urllib3.request("POST", f"http://127.0.0.1:{port}/control/registers", json=told)


def _numbers(persons: int) -> Iterator[str]:
    """Numbers of the right length; whether their control digits fit is no matter to a register."""
    return (f"{1_819_000_000 + number:011}" for number in range(persons))


def _ask(port: int, persons: int, at_once: int, read: Callable[[bytes], object]) -> None:
    """Ask for all in batches, so many requests under way at once, and read each answer."""
    pool, numbers = urllib3.PoolManager(maxsize=at_once), list(_numbers(persons))
    headers = {**tokens_for(krr.SCOPE).headers(False), "Content-Type": "application/json"}

    def ask(begin: int) -> int:
        body = json.dumps({"personidentifikatorer": numbers[begin : begin + BATCH]})
        answer = pool.request("POST", f"http://127.0.0.1:{port}/krr{krr.PATH}", body=body, headers=headers)
        read(answer.data)
        return answer.status

    with ThreadPoolExecutor(at_once) as asking:
        if set(asking.map(ask, range(0, persons, BATCH))) != {200}:
            raise BenchFailed("The stand-in did not answer the bare client.")


def _looked_up(product: Product, persons: int) -> tuple[float, int]:
    """Place an order and let its persons be looked up; how long that took, and the most memory of a worker, in MB."""
    db.session.execute(text("truncate kept_answer, addressee, recipient"))
    shipment_id = _place(persons)
    workers = {name: pid for name, pid in product.pids.items() if name.startswith("worker")}
    with watched(workers) as peaks:
        seconds = _timed(partial(_let_look_up, shipment_id, LEAST_PATIENCE_S + persons * PATIENCE_S_PER_PERSON))
    if db.session.scalar(FOUND) != persons:
        raise BenchFailed("Not everybody was looked up.")
    db.session.rollback()
    return seconds, max(peaks.mb.values())


def _let_look_up(shipment_id: int, patience_s: float) -> None:
    """Ring for the look-up of a shipment, and return when it is done."""
    ring_now("intake", LOOK_UP)
    give_up_at = time.monotonic() + patience_s
    while db.session.scalar(LOOKED_UP, {"id": shipment_id}) is None:
        db.session.rollback()
        if time.monotonic() > give_up_at:
            raise BenchFailed("The look-up did not come to its end.")
        time.sleep(LOOK_EVERY_S)
    db.session.rollback()


def _place(persons: int) -> int:
    owner, content = service_owner(), {"email_from": "a@b.no", "email_subject": "S", "email_text": "T"}
    order = Order(service_owner_id=owner, channel=Channel.EMAIL, daytime_only=False, placed_at=utcnow(), **content)
    db.session.add(order)
    db.session.flush()
    order_id, seals = order.id, sealer()
    with driver_cursor().copy(COPY) as copy:
        copy.set_types(TYPES)
        for row_no, number in enumerate(_numbers(persons), 1):
            at_rest = seals.seal(number.encode()), seals.hash(number)
            copy.write_row((order_id, 0, row_no, RecipientKind.PERSON.value, "", "", *at_rest))
    shipment = Shipment(
        order_id=order_id,
        service_owner_id=owner,
        channel=Channel.EMAIL,
        requested_send_at=utcnow(),
        daytime_only=False,
        expires_at=utcnow() + timedelta(hours=48),
        recipients=persons,
        looks_up=True,
        **content,
    )
    db.session.add(shipment)
    db.session.commit()
    return shipment.id


def _timed(deed: Callable[[], object]) -> float:
    began_at = time.perf_counter()
    deed()
    return time.perf_counter() - began_at
