"""Persons and organisations are looked up before their shipment starts; what the registers answer decides."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from psycopg.errors import CheckViolation
from sqlalchemy import select, text, update

from app.contacts.answer import Standing
from app.db import db, utcnow
from app.dispatch import jobs, look_up, queries, taking
from app.dispatch.claim import Clock
from app.dispatch.fall_back import fall_back
from app.dispatch.transaction import transaction
from app.messaging.reasons import REASONS
from app.messaging.scheme import Scheme
from app.messaging.status import ShipmentStatus, Status
from app.queue import valkey
from app.shipments.models import Notification, NotificationState, Shipment
from app.standin import Standin
from tests.dispatch.desk import Desk
from tests.dispatch.persons import after_the_first_chunk, made
from tests.fixtures.identities import organisation_number, tenor_persons
from tests.fixtures.registers import krr_settings
from tests.fixtures.standin import Control, until

ANNE, BERIT, CARL, DINA, ERIK, FRIDA, GUSTAV, HANNA = tenor_persons(8)
JOINER, BAKERY = organisation_number(31_000_000), organisation_number(31_100_000)

OLD = timedelta(days=700)


def start(desk: Desk, shipment_id: int) -> list[tuple[int, str, Status]]:
    """Looks up and starts what is due, and gives what was made of it."""
    look_up.look_up_due()
    desk.start()
    return made(shipment_id)


def test_each_ends_as_the_register_says(desk: Desk, known: Callable[..., None], place: Callable[..., int]) -> None:
    known(ANNE, phone="+4741000001")
    known(BERIT, phone="+4741000002", is_reserved=True)
    known(CARL, phone="+4741000003", confirmed_at=utcnow() - OLD)
    known(DINA, email="dina@example.no")
    known(ERIK, phone="+4741000005", standing=Standing.DECEASED)
    shipment_id = place(ANNE, BERIT, CARL, DINA, ERIK, FRIDA, "+4741000009")

    assert start(desk, shipment_id) == [
        (1, "+4741000001", Status.SMS_NEW),
        (2, "", Status.SMS_FAILED_RECIPIENT_RESERVED),
        (3, "", Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED),
        (4, "", Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED),
        (5, "", Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED),
        (6, "", Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED),
        (7, "+4741000009", Status.SMS_NEW),
    ]


def reasons(shipment_id: int) -> list[str | None]:
    """The reason beside the status of each notification."""
    mine = select(NotificationState.reason).where(NotificationState.shipment_id == shipment_id)
    return list(db.session.scalars(mine.order_by(NotificationState.id)))


def test_each_that_gets_nothing_has_the_reason_beside_its_status(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(ANNE, phone="+4741000001")
    known(BERIT, phone="+4741000002", is_reserved=True)
    known(CARL, phone="+4741000003", confirmed_at=utcnow() - OLD)
    known(DINA, email="dina@example.no", confirmed_at=utcnow() - OLD)
    known(ERIK, phone="+4741000005", standing=Standing.DECEASED)
    shipment_id = place(ANNE, BERIT, CARL, DINA, ERIK, FRIDA, "x@example.no")

    start(desk, shipment_id)

    names = ("reserved", "stale", "no_address", "deceased", "not_found")
    assert reasons(shipment_id) == [None, *(f"contact_{name}" for name in names), None]
    assert all(reason in REASONS for reason in reasons(shipment_id) if reason)


def test_of_two_channels_each_has_its_own_reason(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(ANNE, email="anne@example.no")
    known(BERIT, phone="+4741000002", confirmed_at=utcnow() - OLD)
    shipment_id = place(ANNE, BERIT, scheme=Scheme.EMAIL_AND_SMS)

    start(desk, shipment_id)

    assert reasons(shipment_id) == [None, "contact_no_address", "contact_no_address", "contact_stale"]


def test_an_order_may_ignore_reservation_and_use_stale_addresses(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(BERIT, phone="+4741000002", is_reserved=True)
    known(CARL, phone="+4741000003", confirmed_at=utcnow() - OLD)

    found = start(desk, place(BERIT, CARL, ignores_reservation=True, uses_stale=True))

    assert found == [(1, "+4741000002", Status.SMS_NEW), (2, "+4741000003", Status.SMS_NEW)]


def test_what_the_register_answered_and_when_is_kept_without_an_address(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    confirmed_at = utcnow() - OLD
    known(CARL, phone="+4741000003", confirmed_at=confirmed_at)
    shipment_id = place(CARL, "+4741000009")
    before = utcnow()

    start(desk, shipment_id)

    answers = db.session.scalars(select(Notification.register_answer).order_by(Notification.id)).all()
    assert answers[1] is None
    assert (answers[0]["register"], answers[0]["why_not"], answers[0]["phones"]) == ("embedded", "stale", 1)
    assert datetime.fromisoformat(answers[0]["phone_confirmed_at"]) == confirmed_at
    assert datetime.fromisoformat(answers[0]["answered_at"]) >= before
    assert "+47" not in str(answers[0])


def test_an_organisation_gets_a_notification_at_each_of_its_addresses_and_shared_ones_get_one(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(JOINER, emails=("a@j.no", "b@j.no", "C@j.no"))
    known(BAKERY, emails=("c@j.no",))
    known(ANNE, email="A@j.no")
    shipment_id = place("x@example.no", JOINER, BAKERY, ANNE, scheme=Scheme.EMAIL)

    assert start(desk, shipment_id) == [
        (1, "x@example.no", Status.EMAIL_NEW),
        (2, "a@j.no", Status.EMAIL_NEW),
        (2, "b@j.no", Status.EMAIL_NEW),
        (2, "C@j.no", Status.EMAIL_NEW),
    ]
    shipment = db.session.get_one(Shipment, shipment_id)
    assert (shipment.shared, shipment.status) == (2, ShipmentStatus.PROCESSED)


def test_an_organisation_with_more_emails_than_phones_takes_no_place_of_who_comes_after_it(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(JOINER, emails=("a@j.no", "b@j.no", "c@j.no"), phones=("+4741000003",))
    known(ANNE, email="anne@example.no", phone="+4741000001")

    found = start(desk, place(JOINER, ANNE, scheme=Scheme.EMAIL_AND_SMS))

    assert sorted(address for _, address, _ in found) == [
        "+4741000001",
        "+4741000003",
        "a@j.no",
        "anne@example.no",
        "b@j.no",
        "c@j.no",
    ]


def test_an_email_address_that_begins_with_a_plus_is_no_phone_number(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(ANNE, email="+anne@example.no")

    assert start(desk, place(ANNE, scheme=Scheme.EMAIL)) == [(1, "+anne@example.no", Status.EMAIL_NEW)]


def test_a_shipment_with_more_places_than_a_two_byte_number_counts_is_made_to_its_end(
    desk: Desk, place: Callable[..., int]
) -> None:
    shipment_id = place("a@example.no", "b@example.no", scheme=Scheme.EMAIL)
    look_up.look_up_due()
    desk.do("update addressee set place = case place when 1 then 32000 else 39000 end")
    desk.do("update shipment set places = 39000")

    desk.start()

    assert [address for _, address, _ in made(shipment_id)] == ["a@example.no", "b@example.no"]
    assert desk.shipment(shipment_id).status == ShipmentStatus.PROCESSED


def test_the_preferred_channel_is_used_where_there_is_an_address_and_the_other_where_there_is_none(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(ANNE, email="anne@example.no", phone="+4741000001")
    known(BERIT, phone="+4741000002")
    known(JOINER, emails=("a@j.no",), phones=("+4741000003", "+4741000004"))
    known(BAKERY, phones=("+4741000005", "+4741000006"))

    found = start(desk, place(ANNE, BERIT, JOINER, BAKERY, CARL, scheme=Scheme.EMAIL_PREFERRED))

    assert found == [
        (1, "anne@example.no", Status.EMAIL_NEW),
        (2, "+4741000002", Status.SMS_NEW),
        (3, "a@j.no", Status.EMAIL_NEW),
        (4, "+4741000005", Status.SMS_NEW),
        (4, "+4741000006", Status.SMS_NEW),
        (5, "", Status.EMAIL_FAILED_RECIPIENT_NOT_IDENTIFIED),
    ]


@pytest.mark.parametrize("scheme", [Scheme.SMS_PREFERRED, Scheme.EMAIL_AND_SMS])
def test_who_has_both_addresses_in_a_country_that_was_moved_gets_the_email_only(
    desk: Desk, known: Callable[..., None], place: Callable[..., int], scheme: Scheme
) -> None:
    known(ANNE, email="anne@example.no", phone="+34612345678")
    known(JOINER, emails=("a@j.no",), phones=("+34612345679", "+4741000004"))
    given = (ANNE, JOINER)

    found = start(desk, place(*given, scheme=scheme, moved_to_email=["ES"], falls_back=True))

    assert found == [(1, "anne@example.no", Status.EMAIL_NEW), (2, "a@j.no", Status.EMAIL_NEW)]
    assert not db.session.scalars(text("select 1 from addressee where other_address <> ''")).all()


def test_of_two_channels_each_stands_by_itself(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(ANNE, email="anne@example.no", phone="+4741000001")
    known(BERIT, phone="+4741000002")
    known(CARL, email="carl@example.no", is_reserved=True)

    found = start(desk, place(ANNE, BERIT, CARL, scheme=Scheme.EMAIL_AND_SMS))

    assert found == [
        (1, "anne@example.no", Status.EMAIL_NEW),
        (1, "+4741000001", Status.SMS_NEW),
        (2, "", Status.EMAIL_FAILED_RECIPIENT_NOT_IDENTIFIED),
        (2, "+4741000002", Status.SMS_NEW),
        (3, "", Status.EMAIL_FAILED_RECIPIENT_RESERVED),
        (3, "", Status.SMS_FAILED_RECIPIENT_RESERVED),
    ]


def test_where_the_first_channel_fails_the_address_that_the_register_knew_takes_over(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(ANNE, email="anne@example.no", phone="+4741000001")
    known(BERIT, email="berit@example.no")
    shipment_id = place(ANNE, BERIT, scheme=Scheme.EMAIL_PREFERRED, falls_back=True)
    start(desk, shipment_id)
    ids = list(db.session.scalars(select(NotificationState.id).order_by(NotificationState.id)))
    db.session.execute(update(NotificationState).values(status=Status.EMAIL_FAILED_BOUNCED))
    db.session.commit()

    with transaction() as cursor:
        fall_back(cursor, ids)

    assert made(shipment_id) == [
        (1, "anne@example.no", Status.EMAIL_FAILED_BOUNCED),
        (1, "+4741000001", Status.SMS_NEW),
        (2, "berit@example.no", Status.EMAIL_FAILED_BOUNCED),
    ]
    answers = db.session.scalars(select(Notification.register_answer).order_by(Notification.id)).all()
    assert answers[0] is not None
    assert answers[1] == answers[0]


@pytest.fixture
def krr(app: Flask, standin: Standin) -> Control:
    """The stand-in's KRR in the place of the embedded register, and its control."""
    app.config.update(**krr_settings(standin.url), REGISTER_PAUSE_S=60.0)
    return Control(standin.url)


def reachable(phone: str) -> dict[str, str]:
    """What KRR knows of somebody who confirmed a phone number not long ago."""
    return {"phone": phone, "confirmed_at": (utcnow() - timedelta(days=30)).isoformat()}


def recover(krr: Control) -> None:
    """Lets KRR answer again, and the pauses since its failures be over."""
    krr.tell("registers", register="krr", status=200)
    valkey().delete("register:krr:open", "register:krr:failures")


def test_a_shipment_waits_for_a_register_that_is_down_and_says_so_and_nothing_is_sent(
    desk: Desk, krr: Control, place: Callable[..., int]
) -> None:
    shipment_id = place(ANNE, "+4741000009")
    krr.tell("registers", register="krr", status=503)
    now = utcnow()

    assert start(desk, shipment_id) == []

    shipment = db.session.get_one(Shipment, shipment_id)
    assert (shipment.status, shipment.waits_for) == (ShipmentStatus.REGISTERED, "krr")
    assert shipment.waits_since is not None
    assert shipment.waits_since >= now
    assert not queries.look_up_is_due()
    desk.do("update shipment set register_due_at = clock_timestamp()")
    assert queries.look_up_is_due()
    assert not queries.shipment_is_due()


def test_when_the_register_answers_again_the_shipment_goes_on_by_itself(
    desk: Desk, krr: Control, place: Callable[..., int]
) -> None:
    krr.tell("registers", people={ANNE: reachable("+4741000001")})
    krr.tell("registers", register="krr", status=503)
    shipment_id = place(ANNE)
    start(desk, shipment_id)
    recover(krr)

    look_up.look_up_due()
    assert desk.shipment(shipment_id).waits_for == "krr"
    look_up.look_up_due(lambda: utcnow() + timedelta(seconds=61))
    desk.start()

    assert made(shipment_id) == [(1, "+4741000001", Status.SMS_NEW)]
    assert db.session.get_one(Shipment, shipment_id).waits_for == ""


def down_after_the_first_chunk(krr: Control) -> Clock:
    """A clock that is asked the time for the claim and for each chunk, and lets KRR go down before the second."""
    asked = count(1)

    def clock() -> datetime:
        if next(asked) == 3:
            until(lambda: _requests(krr) == 1)
            krr.tell("registers", register="krr", status=503)
        return utcnow()

    return clock


def _requests(krr: Control) -> int:
    """How many requests KRR has met."""
    counts = krr.ask("counts")
    assert isinstance(counts, dict)
    return int(counts["registers"]["krr"])


def test_an_outage_in_the_middle_loses_and_repeats_nobody(
    desk: Desk, krr: Control, place: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "CHUNK", 4)
    persons = tenor_persons(10)
    krr.tell("registers", people={one: reachable(f"+47410000{n:02}") for n, one in enumerate(persons)})
    shipment_id = place(*persons)
    look_up.look_up_due(down_after_the_first_chunk(krr))
    stored = db.session.scalar(text("select count(*) from addressee"))
    recover(krr)

    look_up.look_up_due(lambda: utcnow() + timedelta(seconds=61))
    desk.start()

    assert stored == 4
    assert [address for _, address, _ in made(shipment_id)] == [f"+47410000{n:02}" for n in range(10)]


def test_what_was_looked_up_before_a_long_outage_is_looked_up_again(
    desk: Desk, krr: Control, place: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "CHUNK", 1)
    krr.tell("registers", people={ANNE: reachable("+4741000001"), BERIT: reachable("+4741000002")})
    shipment_id = place(ANNE, BERIT)
    look_up.look_up_due(down_after_the_first_chunk(krr))
    recover(krr)
    krr.tell("registers", people={ANNE: reachable("+4741000077")})

    look_up.look_up_due(lambda: utcnow() + timedelta(minutes=11))
    desk.start()

    assert [address for _, address, _ in made(shipment_id)] == ["+4741000077", "+4741000002"]


def test_a_shipment_that_is_cancelled_meanwhile_is_left_alone(desk: Desk, place: Callable[..., int]) -> None:
    shipment_id = place(ANNE)

    look_up.look_up_due(
        after_the_first_chunk(lambda: desk.do(f"update shipment set status = {ShipmentStatus.CANCELLED.value}"))
    )

    assert start(desk, shipment_id) == []
    assert db.session.scalar(text("select count(*) from addressee")) == 0
    assert db.session.scalar(text("select count(*) from look_up_chunk")) == 0


def test_what_cannot_be_stored_is_a_fault_of_ours_and_not_of_a_register_that_is_down(
    desk: Desk, krr: Control, place: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "CHUNK", 1)
    krr.tell("registers", people={ANNE: reachable("+4741000001"), BERIT: reachable("+4741000002")})
    shipment_id = place(ANNE, BERIT)
    desk.do("alter table addressee add constraint refused check (address = '')")

    with pytest.raises(CheckViolation):
        look_up.look_up_due(down_after_the_first_chunk(krr))

    assert desk.shipment(shipment_id).waits_for == ""


def test_the_job_does_all_of_it_and_rings_for_the_start(
    desk: Desk, known: Callable[..., None], place: Callable[..., int]
) -> None:
    known(ANNE, phone="+4741000001")
    first, second = place(ANNE), place(BERIT)

    jobs.look_up()
    desk.work()

    assert [status for _, _, status in made(first) + made(second)] == [
        Status.SMS_DELIVERED,
        Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED,
    ]
    assert db.session.get_one(Shipment, second).status == ShipmentStatus.COMPLETED
