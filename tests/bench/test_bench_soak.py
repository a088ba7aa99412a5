"""The soak sends at a steady rate, and tells of each thing what it was at the beginning and at the end."""

import pytest

from app.bench.soak import CHANCE, Series
from tests.bench.test_other_benches import _bench


def test_the_soak_delivers_all_that_it_placed_and_tells_of_every_process() -> None:
    figures = _bench("soak", "--minutes=0.1", "--rate=20")

    assert figures["placed"] > 0
    assert figures["placed"] % 20 == 0
    assert figures["delivered"] == figures["placed"]
    assert figures["counters_equal"]
    memory = {name for name in figures if name.startswith("memory_mb of ")}
    assert memory == {f"memory_mb of {part}" for part in PARTS}
    for name in (*memory, "connections", "valkey_mb"):
        assert figures[name]["first_third"] > 0
    assert {"dead_share", "waiting", "bells"} <= figures.keys()


PARTS = ("web", "worker 0", "worker 1", "worker of reports", "worker of intake", "scheduler")


@pytest.mark.parametrize(
    ("values", "grew"),
    [
        ([100.0] * 30, False),
        ([100.0] * 10 + [105.0] * 20, False),
        ([100.0] * 10 + [110.0] * 10 + [120.0] * 10, True),
        ([1.0] * 10 + [3.0] * 20, False),
        ([50.0] + [10.0] * 9 + [90.0] + [10.0] * 19, False),
    ],
)
def test_what_has_grown_by_more_than_chance_is_said_to_have_grown(values: list[float], grew: bool) -> None:
    assert Series(CHANCE["memory"], values).told()["grew"] is grew
