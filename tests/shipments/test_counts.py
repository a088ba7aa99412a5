"""Counts of a shipment are sums of counters and always those of its rows."""

from flask import Flask

from app.messaging.status import Route, Status
from app.shipments.counts import Count, counts_of
from tests.shipments import rows


def test_a_shipment_without_notifications_has_no_counts(app: Flask) -> None:
    with app.app_context():
        placed = rows.place(rows.owner())

        assert counts_of([placed.shipment_id]) == {}


def test_each_status_is_counted_and_the_groups_are_their_sums(app: Flask) -> None:
    statuses = {Status.SMS_NEW: 3, Status.SMS_DELIVERED: 5, Status.SMS_FAILED: 1, Status.SMS_FAILED_TTL: 2}
    with app.app_context():
        placed = rows.place(rows.owner(), statuses)

        counts = counts_of([placed.shipment_id])[placed.shipment_id]

    assert counts.lines == tuple(Count(status, False, n) for status, n in sorted(statuses.items()))
    assert (counts.total, counts.open, counts.delivered, counts.failed) == (11, 3, 5, 3)


def test_what_went_to_the_simulator_is_counted_apart(app: Flask) -> None:
    with app.app_context():
        placed = rows.place(rows.owner(), {Status.SMS_DELIVERED: 5})
        rows.move(placed.ids[:2], Status.SMS_DELIVERED, route=Route.SIMULATED)

        counts = counts_of([placed.shipment_id])[placed.shipment_id]

    assert counts.lines == (Count(Status.SMS_DELIVERED, False, 3), Count(Status.SMS_DELIVERED, True, 2))
    assert (counts.delivered, counts.delivered_simulated, counts.simulated) == (3, 2, 2)


def test_a_status_that_all_have_left_is_not_listed(app: Flask) -> None:
    with app.app_context():
        placed = rows.place(rows.owner(), {Status.SMS_NEW: 4})
        rows.move(placed.ids, Status.SMS_SENDING)

        counts = counts_of([placed.shipment_id])[placed.shipment_id]

    assert counts.lines == (Count(Status.SMS_SENDING, False, 4),)


def test_the_uncertain_are_counted_whatever_their_status(app: Flask) -> None:
    with app.app_context():
        placed = rows.place(rows.owner(), {Status.SMS_SENDING: 4})
        rows.move(placed.ids[:1], Status.SMS_SENDING, uncertain=True)

        counts = counts_of([placed.shipment_id])[placed.shipment_id]

    assert counts.uncertain == 1
    assert counts.total == 4


def test_every_change_of_a_row_makes_the_revision_grow(app: Flask) -> None:
    with app.app_context():
        placed = rows.place(rows.owner(), {Status.SMS_NEW: 4})
        before = counts_of([placed.shipment_id])[placed.shipment_id].changes
        rows.move(placed.ids[:1], Status.SMS_NEW, attempts=1)

        after = counts_of([placed.shipment_id])[placed.shipment_id].changes

    assert after > before


def test_several_shipments_are_counted_by_one_question(app: Flask) -> None:
    with app.app_context():
        owner = rows.owner()
        one, other = rows.place(owner, {Status.SMS_NEW: 1}), rows.place(owner, {Status.SMS_NEW: 2})

        counts = counts_of([one.shipment_id, other.shipment_id])

    assert {shipment: found.total for shipment, found in counts.items()} == {one.shipment_id: 1, other.shipment_id: 2}
