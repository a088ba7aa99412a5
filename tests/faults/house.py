"""A house in which things break: the product's own processes around a stand-in, and how it must look afterwards."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from redis.exceptions import RedisError

from app import create_app
from app.db import db
from app.gateways import configured, gateway_named
from app.messaging.status import FINAL, OPEN, ShipmentStatus, Status
from app.queue import QUEUES, queue, ring_now, valkey
from app.standin import Standin, StandinSettings
from tests.dispatch.desk import Desk
from tests.faults.crew import Crew, wait_for
from tests.fixtures.registers import krr_settings
from tests.fixtures.served import served

LEASE_S = 4.0
"""Instead of 90 seconds; a gateway that takes longer than this is in doubt until it answers."""

GATEWAY_TIMEOUT_S = 30.0
SHORT_TIMEOUT_S = 3.0
"""Less than the lease, for a gateway that is meant not to answer."""

SWEPT_EVERY_S = 0.5
"""Instead of 30 seconds."""

SETTLED_WITHIN_S = 240.0

TWO_WORKERS = ("dispatch", "dispatch", "reports", "scheduler")

OPEN_ROWS = "select count(*) from notification_state where status = any(%s) and not uncertain"
REPORTS_DUE = "select count(*) from report_inbox where due_at <= clock_timestamp()"
WHAT_IS_OPEN = """
select 'status ' || status || coalesce(' ' || reason, ''), count(*) from notification_state
where status = any(%s) and not uncertain group by 1
union all select 'batches', count(*) from batch union all select 'reports', count(*) from report_inbox
union all select 'shipment ' || status, count(*) from shipment group by 1
"""
WHO_WAITS = """
select pid, state, wait_event_type, wait_event, clock_timestamp() - xact_start, left(query, 80) from pg_stat_activity
where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
"""
LOCKS = """
select pid, locktype, classid, objid, granted, pg_blocking_pids(pid) from pg_locks
where locktype = 'advisory' or not granted
"""
EMPTY = """
truncate orders, shipment, notification, notification_state, shipment_count, attempt, attempt_segment, delivery_report,
    report_inbox, batch, gateway, gateway_event, gateway_minute, gateway_bucket, addressee, look_up_chunk,
    kept_answer cascade
"""
COUNTED = "select shipment_id, status, route, uncertain, count(*) from notification_state group by 1, 2, 3, 4"
KEPT = """
select shipment_id, status, route, uncertain, sum(n)::bigint from shipment_count
group by 1, 2, 3, 4 having sum(n) <> 0
"""
UNSENT = """
select count(*) from notification_state as s join notification as n on n.id = s.id
where (s.status = any(%s) or s.status = any(%s)) and not ltrim(n.address, '+') = any(%s)
"""


@dataclass(frozen=True)
class Stands:
    """What a house is built on: its database and its Valkey."""

    database_url: str
    redis_url: str


class House:
    """The product at work: an application to place orders with, a stand-in, a webhook and a crew."""

    def __init__(self, app: Flask, standin: Standin, crew: Crew) -> None:
        self.app = app
        self.standin = standin
        self.crew = crew
        self.desk = Desk(app)

    @property
    def plain_url(self) -> str:
        """Its database, as the driver itself wants the address."""
        return str(self.app.config["DATABASE_URL"]).replace("postgresql+psycopg://", "postgresql://", 1)

    def place(self, addresses: Sequence[str], *, ring: bool = True, **wishes: Any) -> int:
        """Place an order and ring for it, as the desk does, unless told not to; tell its shipment's id."""
        with self.app.app_context():
            shipment_id = self.desk.place(addresses, **wishes)
        if ring:
            self.ring()
        return shipment_id

    def make_empty(self) -> None:
        """Forget orders, what came of them and what was told to the stand-in."""
        with self.app.app_context():
            for name in QUEUES:
                queue(name).empty()
        self.standin.desk.reset()
        self.do(EMPTY)
        self.crew.killed = 0
        self.crew.crashes.clear()

    def listening(self) -> int:
        """How many workers say that they listen."""
        with self.app.app_context():
            return int(valkey().scard("rq:workers"))

    def ring(self, job: str = "app.dispatch.jobs.start", *arguments: Any, of: str = "dispatch") -> None:
        """Ring a bell."""
        with self.app.app_context():
            ring_now(of, job, *arguments)

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a question to the database answers, on a connection of its own."""
        with psycopg.connect(self.plain_url, autocommit=True) as connection:
            return connection.execute(statement.encode(), parameters or None).fetchall()

    def one(self, statement: str, *parameters: object) -> Any:
        """The one value of the answer."""
        return self.rows(statement, *parameters)[0][0]

    def do(self, statement: str, *parameters: object) -> None:
        """Change rows behind everybody's back, again where the database gives us up for somebody else."""
        wait_for(lambda: self._has_done(statement, parameters), otherwise=self.what_is_open)

    def _has_done(self, statement: str, parameters: tuple[object, ...]) -> bool:
        """Whether it is done; a worker on its way may lock the same rows in another order."""
        with (
            suppress(psycopg.errors.DeadlockDetected),
            psycopg.connect(self.plain_url, autocommit=True) as connection,
        ):
            connection.execute(statement.encode(), parameters or None)
            return True
        return False

    def statuses(self) -> dict[str, int]:
        """How many notifications have which status; what is uncertain is told apart."""
        found = self.rows("select status, uncertain, count(*) from notification_state group by 1, 2")
        counted: Counter[str] = Counter()
        for status, uncertain, number in found:
            counted["uncertain" if uncertain else Status(status).name] += number
        return dict(counted)

    def received(self, number: str) -> int:
        """How many SMS a phone has got."""
        return self.standin.desk.phones.counts(1).get(number.removeprefix("+"), 0)

    def let_time_pass(self) -> None:
        """What waits for a moment need not wait any longer: retries, batches and gateways that are left alone."""
        self.do("update notification_state set due_at = clock_timestamp() where due_at is not null")
        self.do("update gateway set breaker_until = clock_timestamp() where breaker_until is not null")
        self.do("update batch set waits_until = clock_timestamp() where waits_until is not null")
        self.do("update report_inbox set due_at = clock_timestamp() where due_at < 'infinity'")
        self.do("update look_up_chunk set until = clock_timestamp()")
        self.do("update shipment set register_due_at = clock_timestamp() where waits_for <> ''")

    def is_settled(self) -> bool:
        """Whether every notification is in a final status or uncertain, and every report applied."""
        made = "select count(*) from shipment where status in (0, 1) and stopped_at is null"
        return not (self.one(made) or self.one(OPEN_ROWS, sorted(OPEN)) or self.one(REPORTS_DUE))

    def await_settled(self, within_s: float = SETTLED_WITHIN_S, *, hurry: bool = False) -> None:
        """Wait until nothing moves any more; in a hurry, no retry is waited for."""
        wait_for(lambda: self._hurried(hurry) and self.is_settled(), within_s, self.what_is_open)

    def what_is_open(self) -> str:
        """Tell what keeps the house from being settled, which bells wait, and what all processes have said last."""
        said = [line for log in self.crew.log.parent.glob("*.log") for line in log.read_text().splitlines()[-25:]]
        with self.app.app_context():
            bells = [job.func_name for name in QUEUES for job in queue(name).jobs]
        asked = (self.rows(WHAT_IS_OPEN, sorted(OPEN)), self.rows(WHO_WAITS), self.rows(LOCKS))
        facts = (self.statuses(), *asked, self.crew.crashes, bells)
        return "\n".join([*map(str, facts), *said])

    def _hurried(self, hurry: bool) -> bool:
        if hurry:
            self.let_time_pass()
        return True

    def assert_ends_well(
        self,
        *,
        within_s: float = SETTLED_WITHIN_S,
        hurry: bool = False,
        uncertain: int | range = 0,
        twice: Iterable[str] = (),
    ) -> None:
        """The five things that hold after every fault; `twice` are numbers whose message the gateway itself lost.

        What a worker may still learn of a gateway's answer is uncertain only until it does.
        """
        allowed = uncertain if isinstance(uncertain, range) else range(uncertain, uncertain + 1)
        wait_for(
            lambda: self._hurried(hurry) and self.is_settled() and self.statuses().get("uncertain", 0) in allowed,
            within_s,
            self.what_is_open,
        )
        self._assert_final_or_uncertain(allowed)
        self._assert_nothing_was_sent_twice({number.removeprefix("+") for number in twice})
        self.assert_counters_are_right()
        self._assert_no_hand_was_needed()
        self._assert_no_order_is_stuck()
        self.assert_counters_are_right()

    def _assert_final_or_uncertain(self, uncertain: range) -> None:
        found = self.statuses()
        doubtful = found.pop("uncertain", 0)
        assert {Status[name] for name in found} <= FINAL, found
        assert doubtful in uncertain, (doubtful, found)
        shown = "select coalesce(sum(n), 0) from shipment_count where uncertain"
        assert self.one(shown) == doubtful

    def _assert_nothing_was_sent_twice(self, excused: set[str]) -> None:
        """By the phones themselves; and whoever is said to have got something has got it."""
        assert self.standin.desk.phones.counts(2).keys() <= excused
        assert self.standin.desk.mailboxes.counts(2).keys() <= excused
        got = [*self.standin.desk.phones.counts(1), *self.standin.desk.mailboxes.counts(1)]
        delivered = [int(Status.SMS_DELIVERED), int(Status.EMAIL_DELIVERED)]
        accepted = [int(Status.SMS_ACCEPTED), int(Status.EMAIL_SUCCEEDED)]
        assert self.one(UNSENT, delivered, accepted, got) == 0

    def assert_counters_are_right(self) -> None:
        """The counters say what `group by` says."""
        assert sorted(self.rows(COUNTED)) == sorted(self.rows(KEPT))

    def _assert_no_hand_was_needed(self) -> None:
        """Nothing was left to administrators, and no process ended without being killed."""
        assert self.crew.crashes == [], self.what_is_open()
        assert self.one("select count(*) from batch where isolated_at is not null") == 0
        assert self.one("select count(*) from report_inbox where due_at = 'infinity'") == 0

    def _assert_no_order_is_stuck(self) -> None:
        """At the end of its time to live each is complete, what is uncertain included, and nothing is left over."""
        self.do("update shipment set expires_at = clock_timestamp() - interval '301 seconds'")
        self.do("update batch set expires_at = clock_timestamp() - interval '301 seconds'")
        unfinished = "select count(*) from shipment where status <> %s"
        wait_for(lambda: self.one(unfinished, ShipmentStatus.COMPLETED) == 0, 120.0, self.what_is_open)
        wait_for(lambda: self.one("select count(*) from batch") == 0, 120.0, self.what_is_open)


@contextmanager
def house_on(stands: Stands, folder: Path, roles: Sequence[str] = TWO_WORKERS, **settings: object) -> Iterator[House]:
    """Open a house and let its crew work; everything of it has ended after the block."""
    told = {**_settings(stands), **settings}
    app = create_app(told)
    with ExitStack() as until_the_end:
        until_the_end.callback(_let_go, app)
        webhook = until_the_end.enter_context(served(app))
        standin = until_the_end.enter_context(Standin(_standin_settings(webhook)))
        ways = {
            "LINK_URL": standin.url,
            "SMTP_PORT": standin.smtp_port,
            "SMTP_HOST": "127.0.0.1",
            **krr_settings(standin.url),
        }
        app.config.update(ways)
        crew = Crew(_environment({**told, **ways}), folder / "crew.log", roles)
        until_the_end.enter_context(crew)
        until_the_end.enter_context(_swept(app))
        house = House(app, standin, crew)
        crew.await_ready(house.listening)
        yield house


def _settings(stands: Stands) -> dict[str, object]:
    return {
        "DATABASE_URL": stands.database_url,
        "REDIS_URL": stands.redis_url,
        "SECRET_KEY": "only for tests, but as long as a key must be",
        "ENVIRONMENT": "production",
        "LINK_USER": "varsel",
        "LINK_PASSWORD": "only for tests",
        "LINK_REPORT_USER": "link",
        "LINK_REPORT_PASSWORD": "only for tests",
        "LINK_TIMEOUT_S": GATEWAY_TIMEOUT_S,
        "SMTP_TIMEOUT_S": GATEWAY_TIMEOUT_S,
        "DISPATCH_LEASE_S": LEASE_S,
        "EMAIL_BOUNCE_WINDOW_S": 0.0,
    }


def _standin_settings(webhook: str) -> StandinSettings:
    return StandinSettings(
        http_port=0,
        smtp_port=0,
        client="varsel",
        password="only for tests",
        report_url=f"{webhook}/gateways/link/reports",
        report_user="link",
        report_password="only for tests",
        report_delay_s=0.05,
    )


def _environment(settings: Mapping[str, object]) -> dict[str, str]:
    return {f"VARSEL_{name}": str(value) for name, value in settings.items()}


@contextmanager
def _swept(app: Flask) -> Iterator[None]:
    """Ring for the sweep more often than the scheduler does, so that nobody waits half a minute for it."""
    done = threading.Event()

    def ring() -> None:
        with app.app_context():
            while not done.wait(SWEPT_EVERY_S):
                with suppress(RedisError):
                    if not queue("dispatch").count:
                        ring_now("dispatch", "app.dispatch.jobs.sweep")

    ringing = threading.Thread(target=ring, daemon=True)
    ringing.start()
    try:
        yield
    finally:
        done.set()
        ringing.join()


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
        for one in configured(app.config):
            gateway_named(one.name, app.config).close()
