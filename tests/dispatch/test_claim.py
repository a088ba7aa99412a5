"""Who goes next: service owners take turns, small orders go beside big ones, Daytime waits for its window."""

from datetime import UTC, datetime, timedelta

import pytest

from app.db import utcnow
from app.dispatch import jobs, start
from app.dispatch.claim import Claim, claim
from app.dispatch.hand_over import hand_over
from app.messaging.schedule import from_oslo
from app.messaging.status import ShipmentStatus
from tests.dispatch.desk import Desk, numbers


def tomorrow_at(hour: int, minute: int = 0) -> datetime:
    """A moment of tomorrow by the clock in Norway, when what is placed now still lives."""
    day = (datetime.now(UTC) + timedelta(days=1)).date()
    return from_oslo(datetime(day.year, day.month, day.day, hour, minute))


def claims(desk: Desk) -> list[Claim]:
    """All claims that one worker makes, in order."""
    found: list[Claim] = []
    while (claimed := claim(after=found[-1].service_owner_id if found else 0)) is not None:
        found.append(claimed)
    return found


def test_service_owners_take_turns(desk: Desk) -> None:
    desk.place(numbers(2_400), owner="nav")
    desk.place(numbers(2_400), owner="skd")
    desk.place(numbers(800), owner="ttd")
    desk.start()

    order = [claimed.service_owner_id for claimed in claims(desk)]

    nav, skd, ttd = (desk.owner(name) for name in ("nav", "skd", "ttd"))
    assert order == [nav, skd, ttd, nav, skd, nav, skd]


def test_a_small_order_goes_beside_a_big_one_of_the_same_service_owner(desk: Desk) -> None:
    big = desk.place(numbers(8_000))
    desk.start()
    claim()
    small = desk.place(numbers(5))
    desk.start()

    order = [claimed.content.shipment_id for claimed in claims(desk)]

    assert order.index(small) == 1
    assert order.count(big) == 9


def test_a_claimed_notification_is_sending_and_its_attempt_is_counted(desk: Desk) -> None:
    shipment_id = desk.place(numbers(3))
    desk.start()

    claimed = claim()

    assert claimed is not None
    assert [row.no for row in claimed.rows] == [1, 1, 1]
    assert desk.statuses(shipment_id) == {"SMS_SENDING": 3}
    assert claim() is None


def test_two_workers_at_the_same_moment_take_different_batches(desk: Desk) -> None:
    desk.place(numbers(1_600))
    desk.start()
    with desk.another_connection() as connection:
        taken = connection.execute("select id from batch order by turn limit 1 for update").fetchone()

        claimed = claim()

    assert taken is not None
    assert claimed is not None
    assert claimed.batch_id != taken[0]


def test_daytime_waits_until_nine_while_anytime_goes(desk: Desk) -> None:
    desk.place(numbers(3), daytime_only=True, owner="nav")
    anytime = desk.place(numbers(3), owner="skd")
    desk.start()

    at_eight = claim(clock=lambda: tomorrow_at(8, 59))
    nobody = claim(clock=lambda: tomorrow_at(8, 59))
    at_nine = claim(clock=lambda: tomorrow_at(9, 1))

    assert at_eight is not None
    assert at_eight.content.shipment_id == anytime
    assert nobody is None
    assert at_nine is not None


def test_a_batch_that_is_still_there_at_five_waits_until_next_morning(desk: Desk) -> None:
    shipment_id = desk.place(numbers(5), daytime_only=True)
    desk.start()
    claimed = claim(clock=lambda: tomorrow_at(16, 59))
    assert claimed is not None

    hand_over(claimed, clock=lambda: tomorrow_at(17))

    assert desk.statuses(shipment_id) == {"SMS_NEW": 5}
    assert desk.rows("select distinct attempts from notification_state") == [(0,)]
    again = claim(clock=lambda: tomorrow_at(9, 1))
    assert again is not None
    assert [row.no for row in again.rows] == [1] * 5


def test_nothing_is_claimed_after_its_time_to_live(desk: Desk) -> None:
    shipment_id = desk.place(numbers(3))
    desk.start()
    desk.do("update batch set expires_at = :past", past=utcnow() - timedelta(seconds=1))

    assert claim() is None
    assert desk.statuses(shipment_id) == {"SMS_NEW": 3}


def test_a_worker_whose_clock_is_ahead_takes_nothing_that_it_would_have_to_put_back(desk: Desk) -> None:
    shipment_id = desk.place(numbers(3), expires_at=utcnow() + timedelta(minutes=30))
    desk.start()

    assert claim(clock=lambda: utcnow() + timedelta(hours=1)) is None
    assert desk.statuses(shipment_id) == {"SMS_NEW": 3}
    assert claim() is not None


def test_a_batch_whose_notifications_have_all_moved_on_is_removed(desk: Desk) -> None:
    shipment_id = desk.place(numbers(3))
    desk.start()
    desk.do("update notification_state set status = 38")

    assert claim() is None
    assert desk.rows("select count(*) from batch") == [(0,)]
    assert desk.status(shipment_id) is ShipmentStatus.PROCESSED


def test_an_order_placed_while_all_workers_send_is_started_by_them(desk: Desk) -> None:
    desk.place(numbers(2_400), owner="nav")
    desk.start()
    small = desk.place(numbers(5), owner="skd")

    jobs.send()

    assert desk.statuses(small) == {"SMS_ACCEPTED": 5}


def test_who_starts_an_order_in_passing_leaves_the_rest_of_it_to_a_bell(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "SLICE", 5)
    shipment_id = desk.place(numbers(12))

    jobs.send()
    desk.work()

    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 12}
