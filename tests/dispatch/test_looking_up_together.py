"""Several workers look up the recipients of one shipment, chunk by chunk; each is looked up and stored once."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from app.accounts.models import Person
from app.contacts.answer import RegisterDown
from app.contacts.sealing import WrongKeys
from app.db import db, utcnow
from app.dispatch import chunks, jobs, look_up, queries, taking
from app.dispatch.chunks import Chunk
from app.dispatch.transaction import transaction
from app.messaging.scheme import Scheme
from app.messaging.status import ShipmentStatus, Status
from app.orders.editing import service as editing
from app.queue import queue
from app.shipments.models import Shipment
from tests.dispatch.desk import Desk
from tests.dispatch.persons import after_the_first_chunk, made
from tests.fixtures.identities import organisation_number, tenor_persons
from tests.fixtures.standin import until

WAITS_FOR_A_ROW = """
select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
"""

PERSONS = tenor_persons(24)
JOINER = organisation_number(31_000_000)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two recipients to a chunk."""
    monkeypatch.setattr(taking, "CHUNK", 2)


@pytest.fixture
def everybody(known: Callable[..., None]) -> list[str]:
    """Persons whom the register knows, the address of each by their place in the list."""
    for number, person in enumerate(PERSONS):
        known(person, phone=f"+47410000{number:02}")
    return PERSONS


def phones(shipment_id: int) -> list[str]:
    """To whom notifications were made."""
    return [address for _, address, _ in made(shipment_id)]


def take(now: datetime | None = None) -> Chunk:
    """Takes a chunk as a worker does that then is gone."""
    found = taking.take(now or utcnow())
    assert found is not None
    return found


def bells(name: str) -> list[str]:
    """Which jobs wait in a queue."""
    return [job.func_name for job in queue(name).jobs]


def nothing_is_left(shipment_id: int) -> bool:
    """Whether the look-up is closed, with no chunk in anybody's hands."""
    left = db.session.scalar(text("select count(*) from look_up_chunk"))
    return left == 0 and db.session.get_one(Shipment, shipment_id, populate_existing=True).looked_up_at is not None


def test_what_several_workers_look_up_at_once_is_stored_once_and_closed_once(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    shipment_id = place(*everybody)
    begin = threading.Barrier(3)

    def work() -> None:
        with desk.app.app_context():
            begin.wait()
            look_up.look_up_due()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert nothing_is_left(shipment_id)
    assert bells("dispatch") == ["app.dispatch.jobs.start"]
    desk.start()
    assert sorted(phones(shipment_id)) == [f"+47410000{number:02}" for number in range(24)]


def test_one_worker_alone_keeps_the_order_of_the_file(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    shipment_id = place(*everybody)

    look_up.look_up_due()
    desk.start()

    assert phones(shipment_id) == [f"+47410000{number:02}" for number in range(24)]


@pytest.mark.parametrize("persons", [1, 2, 3, 4])
def test_the_look_up_ends_wherever_the_last_chunk_does(
    desk: Desk, everybody: list[str], place: Callable[..., int], persons: int
) -> None:
    shipment_id = place(*everybody[:persons])

    look_up.look_up_due()
    desk.start()

    assert nothing_is_left(shipment_id)
    assert len(phones(shipment_id)) == persons


def test_the_chunk_of_a_worker_that_is_gone_keeps_the_shipment_open_until_somebody_takes_it_over(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    shipment_id = place(*everybody[:5])
    take()

    look_up.look_up_due()
    assert not nothing_is_left(shipment_id)
    assert not queries.look_up_is_due()

    desk.do("update look_up_chunk set until = clock_timestamp()")
    assert queries.look_up_is_due()
    look_up.look_up_due()
    desk.start()

    assert nothing_is_left(shipment_id)
    assert sorted(phones(shipment_id)) == [f"+47410000{number:02}" for number in range(5)]


def test_the_look_up_stays_open_while_somebody_whose_time_was_over_is_just_storing(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    shipment_id = place(*everybody[:2])
    chunk = take()

    with desk.another_connection() as storing:
        storing.execute("delete from look_up_chunk where id = %s", (chunk.id,))
        assert taking.take(utcnow() + taking.LEASE) is None

    assert take(utcnow() + taking.LEASE).recipients == []
    assert not nothing_is_left(shipment_id)


def test_what_another_worker_is_just_taking_is_seen_by_whoever_waited_for_them(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    """The first takes all there is; the second has seen the shipment before, and must not close it."""
    shipment_id = place(everybody[0])
    found: list[Chunk | None] = []

    def take_too() -> None:
        with desk.app.app_context():
            found.append(taking.take(utcnow()))

    with desk.another_connection() as looking, transaction() as cursor:
        looking.autocommit = True
        first = taking._of(cursor, shipment_id, utcnow())
        second = threading.Thread(target=take_too)
        second.start()
        until(lambda: looking.execute(WAITS_FOR_A_ROW).fetchone() == (1,))
    second.join()

    assert first is not None
    assert found == [None]


def test_where_one_shipment_has_nothing_left_another_is_taken(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    place(*everybody[:2])
    other = place(*everybody[:2])
    storing = take()

    with desk.another_connection() as connection:
        connection.execute("delete from look_up_chunk where id = %s", (storing.id,))
        late = take(utcnow() + taking.LEASE)

    assert late.hold.shipment_id == other


def test_a_fault_in_one_shipment_does_not_keep_another_from_being_looked_up(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    healthy, broken = place(everybody[0]), place(everybody[1])
    order_id = db.session.get_one(Shipment, broken).order_id
    desk.do(f"update recipient set identity = '\\x09' || substring(identity from 2) where order_id = {order_id}")

    with pytest.raises(WrongKeys):
        look_up.look_up_due()

    assert db.session.get_one(Shipment, healthy, populate_existing=True).looked_up_at is not None
    assert db.session.get_one(Shipment, broken, populate_existing=True).looked_up_at is None


def test_chunks_of_a_cancelled_shipment_that_nobody_is_at_are_swept_away(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    place(*everybody[:2])
    take()
    desk.do(f"update shipment set status = {ShipmentStatus.CANCELLED.value}")
    desk.do("update look_up_chunk set until = clock_timestamp()")

    desk.sweep()

    assert db.session.scalar(text("select count(*) from look_up_chunk")) == 0


def test_workers_of_the_version_before_never_take_what_was_begun(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    """They take what `ask_again_at` does not keep them from."""
    place(*everybody[:4])
    take()

    assert desk.rows("select ask_again_at > clock_timestamp() + interval '100 years' from shipment") == [(True,)]


def test_what_a_slow_worker_answers_after_another_took_its_chunk_over_is_not_stored_again(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    shipment_id = place(*everybody[:2])
    taken_over = []

    def take_over() -> None:
        look_up.look_up_due(lambda: utcnow() + taking.LEASE)
        taken_over.append(nothing_is_left(shipment_id))

    look_up.look_up_due(after_the_first_chunk(take_over))
    desk.start()

    assert taken_over == [True]
    assert phones(shipment_id) == ["+4741000000", "+4741000001"]


def test_a_closing_that_was_broken_off_is_taken_over(
    desk: Desk, everybody: list[str], place: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment_id = place(everybody[0])
    with monkeypatch.context() as broken:
        broken.setattr(look_up, "COLLAPSE", "select 1 / 0")
        with pytest.raises(Exception, match="division"):
            look_up.look_up_due()

    look_up.look_up_due(lambda: utcnow() + taking.LEASE)

    assert nothing_is_left(shipment_id)


def test_a_small_shipment_does_not_wait_for_a_big_one(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    big, small = place(*everybody), place(everybody[0])

    taken = [take().hold.shipment_id for _ in range(4)]

    assert taken == [big, small, big, big]


def test_an_organisation_with_several_addresses_takes_no_place_of_another_chunk(
    desk: Desk, everybody: list[str], place: Callable[..., int], known: Callable[..., None]
) -> None:
    known(JOINER, emails=("a@j.no", "b@j.no", "c@j.no"))
    shipment_id = place(JOINER, "x@example.no", "y@example.no", JOINER, scheme=Scheme.EMAIL)

    look_up.look_up_due()
    desk.start()

    assert sorted(phones(shipment_id)) == ["a@j.no", "b@j.no", "c@j.no", "x@example.no", "y@example.no"]
    places = db.session.scalars(text("select place from addressee")).all()
    assert len(set(places)) == len(places)


def test_a_register_that_one_worker_finds_down_stops_the_others_until_it_is_asked_again(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    shipment_id = place(*everybody[:4])
    chunk, now = take(), utcnow()
    chunks.wait(chunk, RegisterDown("krr", "HTTP 503"), now, now + timedelta(seconds=60))

    assert taking.take(now) is None
    again = take(now + timedelta(seconds=61))

    assert (again.id, again.recipients) == (chunk.id, chunk.recipients)
    assert taking.take(now + timedelta(seconds=62)) is None
    assert desk.shipment(shipment_id).waits_for == "krr"


def test_nothing_is_begun_when_the_time_is_up(desk: Desk, everybody: list[str], place: Callable[..., int]) -> None:
    shipment_id = place(*everybody)

    assert look_up.look_up_due(at_most_s=0.0)

    assert not nothing_is_left(shipment_id)
    assert db.session.scalar(text("select count(*) from look_up_chunk")) == 0


def test_the_job_calls_a_colleague_where_there_is_more_than_one_chunk(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    place(*everybody[:2])
    jobs.look_up()
    assert bells("intake") == []

    place(*everybody[:3])
    jobs.look_up()
    assert set(bells("intake")) == {"app.dispatch.jobs.look_up"}


def test_the_job_rings_again_when_its_time_is_up(
    desk: Desk, everybody: list[str], place: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment_id = place(everybody[0])
    with monkeypatch.context() as hurried:
        hurried.setattr(jobs, "AT_MOST_S", 0.0)
        jobs.look_up()

    desk.work()

    assert [status for _, _, status in made(shipment_id)] == [Status.SMS_DELIVERED]


def test_an_order_that_is_taken_back_meanwhile_leaves_nothing(
    desk: Desk, everybody: list[str], place: Callable[..., int]
) -> None:
    shipment = db.session.get_one(Shipment, place(*everybody[:3]))
    somebody = Person(email="a@ttd.example", name="A", password_hash="")
    db.session.add(somebody)
    db.session.commit()
    order_id, person_id = shipment.order_id, somebody.id

    def take_back() -> None:
        editing.take_back(order_id, person_id)
        db.session.commit()

    look_up.look_up_due(after_the_first_chunk(take_back))

    tables = ("shipment", "addressee", "look_up_chunk")
    assert [db.session.scalar(select(func.count()).select_from(text(table))) for table in tables] == [0, 0, 0]
