"""Times kept in steps: a quantile of merged days is within the error that the page tells."""

import math

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.db import db
from app.insight.buckets import ERROR, MOST, SHORTEST_S, SQL, bucket_of, quantile, seconds_of

TIMES = st.floats(SHORTEST_S, 250_000)


def counted(times: list[float]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for one in times:
        counts[bucket_of(one)] = counts.get(bucket_of(one), 0) + 1
    return counts


@given(st.lists(st.lists(TIMES, min_size=1), min_size=1, max_size=5), st.sampled_from([0.5, 0.95, 1.0]))
def test_days_added_up_give_the_quantile_of_all_their_times_within_the_error(
    days: list[list[float]], share: float
) -> None:
    every = sorted(one for day in days for one in day)
    merged: dict[int, int] = {}
    for day in days:
        for bucket, n in counted(day).items():
            merged[bucket] = merged.get(bucket, 0) + n

    told = quantile(merged, share)

    exact = every[max(math.ceil(len(every) * share), 1) - 1]
    assert told is not None
    assert abs(told - exact) <= exact * (ERROR + 1e-9)


@given(TIMES)
def test_a_step_stands_for_times_near_it(seconds: float) -> None:
    assert abs(seconds_of(bucket_of(seconds)) - seconds) <= seconds * (ERROR + 1e-9)


def test_the_shortest_and_the_longest_have_a_step_too() -> None:
    assert bucket_of(0) == bucket_of(-5) == bucket_of(SHORTEST_S) == 0
    assert bucket_of(1e12) == MOST
    assert quantile({}, 0.5) is None


def test_the_database_counts_in_the_same_steps(app: Flask) -> None:
    times = [-1.0, 0.0, 0.01, 0.011, 0.5, 1.0, 2.0, 59.9, 3_600.0, 172_800.0, 1e9]
    asked = text(
        f"select {SQL.replace('SECONDS', 's')} from unnest(cast(:times as float[])) with ordinality as t (s, n)"
    )

    with app.app_context():
        found = list(db.session.scalars(asked, {"times": times}))

    assert found == [bucket_of(one) for one in times]
