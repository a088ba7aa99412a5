"""A shipment's way from its send time to its end."""

from app.messaging.status import ShipmentStatus
from tests.dispatch.desk import Desk, numbers


def test_a_shipment_goes_from_registered_to_completed_through_the_simulator(desk: Desk) -> None:
    shipment_id = desk.place(numbers(2_001))

    desk.start()
    desk.send()
    desk.apply()

    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 2_001}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    assert desk.shipment(shipment_id).completed_at is not None
    assert desk.rows("select count(*) from batch")[0][0] == 0
    assert desk.rows("select count(*) from report_inbox")[0][0] == 0
    assert desk.rows("select count(*) from attempt")[0][0] == 2_001
    assert desk.rows("select count(*) from delivery_report")[0][0] == 2_001
    desk.assert_counters_are_right()
