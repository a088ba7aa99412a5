"""Two machines with one database and one Valkey, and no disk in common: what comes in at one is done at the other."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.db import db, utcnow
from app.messaging.status import FINAL, OPEN, Status
from app.queue import queue, ring_now, valkey
from app.sender_ids.models import Evidence, RegistrationStep, SenderRegistration
from app.standin import Standin, StandinSettings
from app.standin.behaviour import Behaviour
from tests.dispatch.desk import Desk, numbers
from tests.faults.crew import wait_for
from tests.fixtures.desk import Somebody
from tests.fixtures.machines import Browser, Machine, machine, where_it_works
from tests.sender_ids.conftest import WHOLE, pdf

ROWS, AT_A_TIME, LATER = 6_000, 200, 10
MOST_IN_DOUBT, ENOUGH = 800, 8
WORKERS = (("worker", "dispatch"), ("worker", "reports"), ("worker", "intake"))
KEY = b64encode(bytes(range(32))).decode()
REPORTS_AS = {"report_user": "link", "report_password": "only for tests"}
UNDER_WAY = "select (select count(*) from batch) + (select count(*) from shipment where status in (0, 1))"
NO_FILE: list[Path] = []


class Machines:
    """Two machines, and the gateway that both hand over to and that reports to the first."""

    def __init__(self, folder: Path, settings: dict[str, object], until_the_end: ExitStack) -> None:
        self._until_the_end = until_the_end
        production = {
            "ENVIRONMENT": "production", "PUBLIC_URL": "https://varsel.example", "SESSION_COOKIE_SECURE": True,
            "IDENTITY_KEYS": f"1:{KEY}", "IDENTITY_HASH_KEY": KEY, "LINK_TIMEOUT_S": 20.0, "DISPATCH_LEASE_S": 30.0,
        }  # fmt: skip
        told = {**settings, **production}
        self.one = self._machine(folder / "one", told)
        account = {"client": settings["LINK_USER"], "password": settings["LINK_PASSWORD"], **REPORTS_AS}
        reports_to = f"http://127.0.0.1:{self.one.port}/gateways/link/reports"
        wanted = StandinSettings(http_port=0, smtp_port=0, report_url=reports_to, report_delay_s=0.05, **account)
        self.standin = until_the_end.enter_context(Standin(wanted))
        link = {"LINK_URL": f"{self.standin.url}/"}
        self.one.tell(link)
        self.two = self._machine(folder / "two", {**told, **link})

    def _machine(self, folder: Path, settings: dict[str, object]) -> Machine:
        return self._until_the_end.enter_context(machine(folder, settings))


@pytest.fixture
def machines(tmp_path: Path, settings: dict[str, object]) -> Iterator[Machines]:
    told = {name: value for name, value in settings.items() if name != "TESTING"}
    with ExitStack() as until_the_end:
        yield Machines(tmp_path, told, until_the_end)


def test_what_is_uploaded_at_one_machine_is_read_sent_and_shown_by_the_other(
    app: Flask, machines: Machines, service_owner: Callable[..., int], somebody: Callable[..., Somebody]
) -> None:
    owner = service_owner("ttd")
    siri = somebody("siri", sends_for=[owner])
    machines.one.start_web()
    machines.two.start_web()
    for words in (*WORKERS, ("scheduler",)):
        machines.two.start(*words)
    one, two = machines.one.url, machines.two.url
    browser = Browser().sign_in(one, siri)

    rows = "phone\n" + "".join(f"+47{41_000_000 + number}\n" for number in range(ROWS))
    typed = {"channel": "sms", "sms_sender": "TTD", "sms_text": "Hello", "send_when": "now", "window": "anytime"}
    posted = browser.post(
        one, "/orders/new", "/orders/new", **typed, action="check", service_owner_id=str(owner),
        files=("people.csv", rows.encode(), "text/csv"),
    )  # fmt: skip
    assert posted.status == 303, posted.data.decode()
    order = re.sub(r"^.*(/orders/\d+).*$", r"\1", posted.headers["Location"])
    wait_for(lambda: f"Send {ROWS:,} SMS" in browser.get(two, f"{order}/check").data.decode())
    checked = browser.get(two, f"{order}/check").data.decode()
    [revision] = re.findall(r'name="revision"[^>]*value="(\d+)"', checked)

    assert browser.post(two, f"{order}/place", f"{order}/check", revision=revision).status == 303

    wait_for(lambda: "Nothing is open." in browser.get(one, order).data.decode())
    assert machines.standin.desk.phones.received == ROWS
    with app.app_context():
        assert statuses(Desk(app)) == {Status.SMS_DELIVERED: ROWS}
    assert machines.one.kept_files() + machines.two.kept_files() == NO_FILE


def test_evidence_that_was_given_to_one_machine_is_handed_out_by_the_other(
    app: Flask, machines: Machines, service_owner: Callable[..., int], somebody: Callable[..., Somebody]
) -> None:
    owner = service_owner("skd")
    siri = somebody("siri", sends_for=[owner])
    with app.app_context():
        row = SenderRegistration(service_owner_id=owner, country="FI", sender="Skatt", status="draft", **WHOLE)
        db.session.add(row)
        db.session.flush()
        db.session.add(RegistrationStep(registration_id=row.id, new_status="draft"))
        db.session.commit()
        page = f"/sender-ids/{row.id}/evidence"
    machines.one.start_web()
    machines.two.start_web()
    one, two = machines.one.url, machines.two.url
    browser, letter = Browser().sign_in(one, siri), pdf()

    given = browser.post(one, page, page, kind="letter_of_authorisation", file=("a.pdf", letter, "application/pdf"))

    assert given.status == 303
    with app.app_context():
        evidence_id = db.session.scalars(db.select(Evidence.id)).one()
    assert browser.get(two, f"{page}/{evidence_id}").data == letter
    assert machines.one.kept_files() + machines.two.kept_files() == NO_FILE


def test_one_of_two_machines_may_die_in_the_middle_of_an_order(app: Flask, machines: Machines) -> None:
    machines.standin.desk.rules.tell_all(Behaviour(slow_s=0.7))
    one, two = machines.one, machines.two
    for each in (one, two):
        each.tell({"DISPATCH_LEASE_S": 4.0})
    two.start("scheduler")
    one.start_web()
    for each in (one, two):
        for words in WORKERS[:2]:
            each.start(*words)
    one.start("scheduler")
    with app.app_context():
        desk = Desk(app)
        await_workers(desk, 4)
        placed = place_until_at_work(desk, {one.folder, two.folder})
        desk.place(numbers(LATER, first=42_000_000), send_at=utcnow() + timedelta(seconds=8))
        two.die()

        wait_for(lambda: swept_and_settled(desk))
        found = statuses(desk)
        desk.assert_counters_are_right()

    uncertain = found.pop("uncertain", 0)
    assert set(found) <= FINAL
    assert sum(found.values()) + uncertain == placed + LATER
    assert uncertain <= MOST_IN_DOUBT
    assert machines.standin.desk.phones.counts(2) == {}


def await_workers(desk: Desk, number: int) -> None:
    """Return when so many workers listen."""
    with desk.app.app_context():
        wait_for(lambda: int(valkey().scard("rq:workers")) >= number)


def place_until_at_work(desk: Desk, folders: set[Path]) -> int:
    """Place order after order until batches were seen in all these folders' hands; tell for how many recipients."""
    seen: set[Path | None] = set()
    placed = 0

    def look() -> bool:
        nonlocal placed
        if desk.rows(UNDER_WAY)[0][0] < ENOUGH:
            desk.place(numbers(AT_A_TIME, first=41_000_000 + placed))
            ring_now("dispatch", "app.dispatch.jobs.start")
            placed += AT_A_TIME
        seen.update(at_work(desk))
        return seen >= folders

    wait_for(look)
    return placed


def at_work(desk: Desk) -> set[Path | None]:
    """The folders in which those work who have a batch now."""
    pids = desk.rows("select split_part(worker, ':', 2)::int from batch where lease_until is not null")
    return {where_it_works(pid) for (pid,) in pids}


def swept_and_settled(desk: Desk) -> bool:
    """Whether everything is final or uncertain; the sweep is rung for more often than twice a minute."""
    if not queue("dispatch").count:
        ring_now("dispatch", "app.dispatch.jobs.sweep")
    unmade = "select count(*) from shipment where status in (0, 1)"
    still_open = "select count(*) from notification_state where status = any(:open) and not uncertain"
    return desk.rows(unmade)[0][0] == desk.rows(still_open, open=sorted(OPEN))[0][0] == 0


def statuses(desk: Desk) -> dict[Status | str, int]:
    """How many notifications have which status; what is uncertain is told apart."""
    rows = desk.rows("select status, uncertain, count(*) from notification_state group by 1, 2")
    found: Counter[Status | str] = Counter()
    for status, uncertain, number in rows:
        found["uncertain" if uncertain else Status(status)] += number
    return dict(found)
