"""How fast messages go through LINK's protocol over a slow line, against one message at a time."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import urllib3

from app.bench.machine import probe
from app.bench.orders import number
from app.bench.product import BenchFailed
from app.bench.stage import free_port, open_stage
from app.gateways import Accepted, GatewaySettings, Message
from app.gateways.link import Link

ONE_BY_ONE = 40
"""So many single messages are enough: each waits for the line alone."""


def bench_link(messages: int, latency_ms: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Hand over by both ways to a stand-in that answers after `latency_ms`; `say` takes a word on how far it is."""
    before, port = probe(), free_port()
    with open_stage() as stage, stage.product(ENVIRONMENT="test") as product:
        product.start_standin(port, "")
        _slow_down(port, latency_ms)
        gateway = Link(GatewaySettings.of({**product.app.config, "LINK_URL": f"http://127.0.0.1:{port}/"}))
        say("Many at once")
        together = _per_s(gateway, messages, gateway.batch_size)
        say("One at a time")
        alone = _per_s(gateway, ONE_BY_ONE, 1, window=1)
    return {
        "messages": messages,
        "latency_ms": latency_ms,
        "per_s": round(together),
        "one_at_a_time_per_s": round(alone, 1),
        "times": round(together / alone, 1),
        "machine": {"before": asdict(before), "after": asdict(probe())},
    }


def _slow_down(port: int, latency_ms: int) -> None:
    told = {"answer": "take", "slow_s": latency_ms / 1000, "states": []}
    answer = urllib3.request("POST", f"http://127.0.0.1:{port}/control/behaviour", json=told)
    if answer.status != 200:
        raise BenchFailed("The stand-in cannot be told to be slow.")


def _per_s(gateway: Link, messages: int, size: int, window: int | None = None) -> float:
    handed = [Message(n + 1, number(n), "Bench", "Your application has been received.") for n in range(messages)]
    slices = [handed[begin : begin + size] for begin in range(0, messages, size)]
    at_once = window or len(slices)
    began_at = time.monotonic()
    for begin in range(0, len(slices), at_once):
        answers = gateway.submit(slices[begin : begin + at_once])
        if not all(isinstance(outcome, Accepted) for outcomes in answers for outcome in outcomes):
            raise BenchFailed("The stand-in did not take all messages.")
    return messages / (time.monotonic() - began_at)
