"""Which way each SMS goes: decided when it is claimed, by the allow-list of that moment."""

from datetime import date, timedelta

import pytest

from app.allow_list import days, jobs, service
from app.allow_list.models import Entry, EntryStatus
from app.db import db, utcnow
from app.dispatch.claim import claim
from app.dispatch.hand_over import hand_over
from app.messaging.routes import RouteReason
from app.messaging.status import Channel, Route
from app.standin import Standin
from app.web.days import begin_of, end_of
from tests.dispatch.desk import Desk, numbers

ROUTES = (
    "select n.address, s.route, s.route_reason from notification_state s join notification n using (id) order by s.id"
)


def listed(desk: Desk, number: str, **others: object) -> int:
    """Put a number on the list as it would be after an approval, and tell its entry's id."""
    desk.do(
        "insert into person (email, name, password_hash) values ('kari@ttd.example', 'Kari', 'none')"
        " on conflict do nothing"
    )
    [(person_id,)] = desk.rows("select id from person")
    now = utcnow()
    usual = {
        "status": EntryStatus.ACTIVE, "holder": "Kari", "consent_on": date(2026, 1, 2), "consent_how": "Spoken",
        "service_owner_id": desk.owner("ttd"), "purpose": "A test", "requested_by_id": person_id,
        "from_at": now - timedelta(days=1), "until_at": now + timedelta(days=1),
    }  # fmt: skip
    entry = Entry(number=number, **{**usual, **others})
    db.session.add(entry)
    db.session.commit()
    return entry.id


@pytest.fixture
def test_environment(desk: Desk, standin: Standin) -> Standin:
    """LINK's stand-in in the test environment: only what is on the list reaches it."""
    desk.app.config["ENVIRONMENT"] = "test"
    return standin


def test_a_batch_of_both_routes_goes_to_both_gateways(desk: Desk, test_environment: Standin) -> None:
    wanted = numbers(7)
    for number in (wanted[1], wanted[4]):
        listed(desk, number)
    shipment_id = desk.place(wanted)

    desk.start()
    desk.send()

    routes = {address: route for address, route, _ in desk.rows(ROUTES)}
    assert {address for address, route in routes.items() if route == Route.REAL} == {wanted[1], wanted[4]}
    attempts = desk.rows("select a.gateway, count(*) from attempt a group by 1 order by 1")
    assert [tuple(row) for row in attempts] == [("link", 2), ("simulator", 5)]
    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 7}
    assert desk.rows("select count(*) from batch") == [(0,)]
    desk.assert_counters_are_right()


def test_what_expires_between_placing_and_hand_over_is_simulated(desk: Desk, test_environment: Standin) -> None:
    [number] = numbers(1)
    entry_id = listed(desk, number)
    desk.place([number])
    desk.start()

    desk.do("update allow_list_entry set until_at = now() where id = :id", id=entry_id)
    desk.send()

    assert desk.rows(ROUTES) == [(number, Route.SIMULATED, RouteReason.EXPIRED)]
    jobs.expire()
    assert desk.rows("select status from allow_list_entry") == [(EntryStatus.EXPIRED,)]


def test_what_is_not_yet_valid_and_what_was_rejected_is_simulated(desk: Desk) -> None:
    early, rejected = numbers(2)
    listed(desk, early, from_at=utcnow() + timedelta(hours=1))
    listed(desk, rejected, status=EntryStatus.REJECTED)
    desk.place([early, rejected])

    desk.start()
    desk.send()

    assert [row[2] for row in desk.rows(ROUTES)] == [RouteReason.NOT_YET, RouteReason.NOT_LISTED]


def test_revoking_takes_effect_on_the_next_hand_over_of_a_running_order(desk: Desk, test_environment: Standin) -> None:
    wanted = numbers(10_000)
    first, last = wanted[0], wanted[-1]
    entries = [listed(desk, number) for number in (first, last)]
    shipment_id = desk.place(wanted)
    desk.start()
    while not desk.rows("select 1 from attempt where route = 1"):
        claimed = claim()
        assert claimed is not None
        hand_over(claimed)

    for entry in service.locked(entries):
        service.revoke(entry, "The phone was sold.")
    db.session.commit()
    desk.send()

    routes = {address: (route, reason) for address, route, reason in desk.rows(ROUTES)}
    assert routes[first] == (Route.REAL, RouteReason.LISTED)
    assert routes[last] == (Route.SIMULATED, RouteReason.REVOKED)
    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 10_000}


def test_production_ignores_the_list(desk: Desk, standin: Standin) -> None:
    on_the_list, not_on_it = numbers(2)
    listed(desk, on_the_list)
    desk.place([on_the_list, not_on_it])

    desk.start()
    desk.send()

    assert [row[1:] for row in desk.rows(ROUTES)] == [(Route.REAL, RouteReason.PRODUCTION)] * 2


def test_an_email_is_real_in_the_test_environment(desk: Desk) -> None:
    desk.place(["kari@example.com"], channel=Channel.EMAIL)
    desk.start()

    claimed = claim()

    assert claimed is not None
    assert desk.rows("select route, route_reason from notification_state") == [(Route.REAL, RouteReason.EMAIL)]


def test_what_is_put_back_has_no_route_until_it_is_claimed_again(desk: Desk) -> None:
    desk.place(numbers(2), daytime_only=False)
    desk.start()
    desk.do("update shipment set expires_at = now() + interval '1 hour'")
    claimed = claim()
    assert claimed is not None
    desk.do("update batch set lease_until = now() - interval '1 second'")

    desk.sweep()

    assert [tuple(row) for row in desk.rows("select route, route_reason, status from notification_state")] == [
        (Route.NONE, None, 25),
        (Route.NONE, None, 25),
    ]
    desk.assert_counters_are_right()


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)])
def test_a_day_begins_and_ends_at_midnight_in_oslo(day: date, hours: int) -> None:
    lasted = end_of(day).timestamp() - begin_of(day).timestamp()

    assert lasted == hours * 3600
    assert days.last_day_of(end_of(day)) == day
