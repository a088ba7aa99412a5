"""A gateway's limit is kept by all workers together, whoever of them dies."""

import time
from collections.abc import Callable

from app.messaging.status import Channel, Route
from tests.dispatch.desk import numbers
from tests.faults.house import House

RATE, ORDERS, RECIPIENTS = 40, 3, 100
PATIENCE_S = 240.0
LIMITED = """
insert into gateway (name, kind, channel, route, rate_per_s) values ('link', 'link', %s, %s, %s)
on conflict (name) do update set rate_per_s = excluded.rate_per_s
"""


def test_three_workers_never_hand_over_more_than_the_gateway_takes_in_a_second(
    open_house: Callable[..., House],
) -> None:
    house = open_house("dispatch", "dispatch", "dispatch", "reports", "scheduler")
    house.do(LIMITED, int(Channel.SMS), int(Route.REAL), float(RATE))
    phones = house.standin.desk.phones
    began_at = time.monotonic()
    for number in range(1, ORDERS):
        _place(house, number)

    beyond = []
    while house.crew.killed == 0 or not house.is_settled():
        received, passed_s = phones.received, time.monotonic() - began_at
        assert passed_s < PATIENCE_S, house.what_is_open()
        beyond.append(received - RATE * (1 + passed_s))
        if received > RATE and house.crew.killed == 0:
            house.crew.kill(0)
            _place(house, ORDERS)
        house.ring("app.dispatch.jobs.send")
        time.sleep(0.1)
    took_s = time.monotonic() - began_at

    assert max(beyond) <= 0
    assert took_s >= ORDERS * RECIPIENTS / RATE - 1
    house.assert_ends_well(uncertain=range(RATE + 1))


def _place(house: House, number: int) -> None:
    house.place(numbers(RECIPIENTS, first=41_000_000 + number * RECIPIENTS), owner=f"owner-{number}")
