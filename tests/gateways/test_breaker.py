"""A gateway that fails again and again is left alone for longer and longer, and comes back after one good trial."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways import Accepted, Outcome, Refused, RefusedForNow, Uncertain
from app.gateways.breaker import FIRST_PAUSE_S, LONGEST_PAUSE_S, Breaker, State, health_of
from app.messaging.status import Status

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TAKEN = Accepted("r")
NEVER = Refused(Status.SMS_FAILED, "gateway_refused")
LATER = RefusedForNow("HTTP 503", "503")
GREYLISTED = RefusedForNow("451 4.7.1", "4.7.1", of_message=True)
IN_DOUBT = Uncertain("no answer", "timeout")


def failing(times: int, before: Breaker | None = None) -> Breaker:
    breaker = before or Breaker()
    for _ in range(times):
        breaker = breaker.failed(NOW, weight=1, wish_s=0.0, jitter=1.0)
    return breaker


def test_it_opens_at_the_third_failure_in_a_row_and_not_before() -> None:
    assert failing(2).state is State.CLOSED
    assert failing(3).state is State.OPEN
    assert failing(2, failing(2).succeeded()).state is State.CLOSED


def test_it_may_be_tried_when_the_pause_is_over_and_a_lost_trial_again_later() -> None:
    opened = failing(3)
    tried = opened.tried(NOW)

    assert not opened.may_be_tried(NOW + timedelta(seconds=FIRST_PAUSE_S - 1))
    assert opened.may_be_tried(NOW + timedelta(seconds=FIRST_PAUSE_S))
    assert not tried.may_be_tried(NOW + timedelta(minutes=2))
    assert tried.may_be_tried(NOW + timedelta(minutes=3))


def test_a_good_trial_closes_it_and_a_bad_one_doubles_the_pause() -> None:
    tried = failing(3).tried(NOW)

    assert tried.succeeded() == Breaker()
    assert failing(1, tried).until == NOW + timedelta(seconds=2 * FIRST_PAUSE_S)


def test_what_was_under_way_when_it_opened_neither_closes_it_nor_counts_again() -> None:
    opened = failing(3)

    assert opened.succeeded() == opened
    assert failing(1, opened) == opened


@given(st.integers(0, 40), st.floats(0.9, 1.1))
def test_no_pause_is_longer_than_the_longest_and_the_gateways_wish_is_heeded(openings: int, jitter: float) -> None:
    tried = Breaker(State.TRYING, 3, openings, NOW)

    usual = tried.failed(NOW, 1, 0.0, jitter).until
    wished = tried.failed(NOW, 1, 3600.0, jitter).until

    assert usual is not None
    assert wished == NOW + timedelta(hours=1)
    assert FIRST_PAUSE_S * 0.9 <= (usual - NOW).total_seconds() <= LONGEST_PAUSE_S * 1.1


@pytest.mark.parametrize(
    ("outcomes", "weight"),
    [
        ([TAKEN, TAKEN], 0),
        ([NEVER], 0),
        ([LATER], 1),
        ([TAKEN, LATER], 0),
        ([TAKEN, LATER, LATER], 1),
        ([GREYLISTED, GREYLISTED], 0),
        ([IN_DOUBT], 1),
        ([IN_DOUBT] * 11, 3),
        ([LATER] * 800, 1),
    ],
)
def test_it_failed_where_most_answers_are_neither_yes_nor_no(outcomes: list[Outcome], weight: int) -> None:
    assert health_of(outcomes).weight == weight


def test_the_longest_wish_and_the_last_words_are_kept() -> None:
    found = health_of([RefusedForNow("HTTP 429", "429", 30.0), RefusedForNow("HTTP 503", "503")])

    assert (found.wish_s, found.words) == (30.0, "HTTP 503")
