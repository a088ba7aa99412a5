"""What a test of the dispatch needs of the rooms below: placed orders, and a look at the rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg
from flask import Flask
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import text

from app.accounts.models import ServiceOwner
from app.db import db, utcnow
from app.dispatch import apply, start, sweep
from app.dispatch.claim import claim
from app.dispatch.hand_over import hand_over
from app.dispatch.schedule import PERIODIC
from app.messaging.scheme import Scheme
from app.messaging.status import Channel, ShipmentStatus, Status
from app.orders.models import Intake, Order, Recipient, RecipientKind
from app.queue import QUEUES, queue, ring_now
from app.shipments.models import Shipment


def numbers(count: int, first: int = 41_000_000) -> list[str]:
    """So many Norwegian mobile numbers."""
    return [f"+47{first + n}" for n in range(count)]


class CountingWorker(SimpleWorker):
    """RQ's own worker in this process, which also counts the jobs that it takes."""

    taken = 0

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Count, and do what it always does."""
        self.taken += 1
        super().execute_job(job, queue)


class Desk:
    """Places orders as the desk does, and drains the queues as workers do."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.owners: dict[str, int] = {}
        self.jobs = 0

    def owner(self, short_name: str) -> int:
        """The id of a service owner, made when first asked for."""
        if short_name not in self.owners:
            owner = ServiceOwner(short_name=short_name, name=short_name, sms_sender="Test", email_from="a@b.no")
            db.session.add(owner)
            db.session.commit()
            self.owners[short_name] = owner.id
        return self.owners[short_name]

    def place(
        self,
        addresses: Sequence[str],
        *,
        body: str = "Hello",
        channel: Channel = Channel.SMS,
        owner: str = "ttd",
        daytime_only: bool = False,
        send_at: datetime | None = None,
        expires_at: datetime | None = None,
        columns: Sequence[str] = (),
        values: Sequence[Sequence[str]] = (),
        status: ShipmentStatus = ShipmentStatus.REGISTERED,
    ) -> int:
        """Place an order and tell its shipment's id."""
        send_at = send_at or utcnow() - timedelta(seconds=1)
        owner_id, is_sms = self.owner(owner), channel is Channel.SMS
        content = (
            {"sms_sender": "Test", "sms_text": body}
            if is_sms
            else {"email_from": "post@ttd.example", "email_subject": "About " + body, "email_text": body}
        )
        order = Order(
            service_owner_id=owner_id, channel=channel, daytime_only=daytime_only, placed_at=utcnow(), **content
        )
        db.session.add(order)
        db.session.flush()
        db.session.add(Intake(order_id=order.id, part=0, columns=list(columns)))
        kind = RecipientKind.PHONE if is_sms else RecipientKind.EMAIL
        rows = [
            {
                "order_id": order.id, "part": 0, "row_no": n + 1, "kind": kind, "address": address,
                "country": "NO" if is_sms else "", "values": list(values[n]) if values else None,
            }
            for n, address in enumerate(addresses)
        ]  # fmt: skip
        if rows:
            db.session.execute(Recipient.__table__.insert(), rows)
        shipment = Shipment(
            order_id=order.id, service_owner_id=owner_id, channel=channel, requested_send_at=send_at, status=status,
            daytime_only=daytime_only, expires_at=expires_at or send_at + timedelta(hours=48),
            recipients=len(rows), **content,
        )  # fmt: skip
        db.session.add(shipment)
        db.session.commit()
        return shipment.id

    def place_two(
        self,
        addresses: Sequence[tuple[str, str]],
        scheme: Scheme,
        *,
        falls_back: bool = False,
        body: str = "Hello",
        repeats: Sequence[Channel | None] = (),
        daytime_only: bool = False,
    ) -> int:
        """Place an order on two channels for recipients with a phone number, an e-mail address or both."""
        content = {
            "channel": scheme, "falls_back": falls_back, "daytime_only": daytime_only, "sms_sender": "Test",
            "sms_text": body, "email_from": "post@ttd.example", "email_subject": "About " + body, "email_text": body,
        }  # fmt: skip
        owner_id, now = self.owner("ttd"), utcnow() - timedelta(seconds=1)
        order = Order(service_owner_id=owner_id, placed_at=now, **content)
        db.session.add(order)
        db.session.flush()
        db.session.add(Intake(order_id=order.id, part=0))
        rows = [
            {
                "order_id": order.id, "part": 0, "row_no": n + 1, "address": phone or email,
                "kind": RecipientKind.PHONE if phone else RecipientKind.EMAIL, "country": "NO" if phone else "",
                "email": email if phone and email else None, "repeats": repeats[n] if repeats else None,
            }
            for n, (phone, email) in enumerate(addresses)
        ]  # fmt: skip
        db.session.execute(Recipient.__table__.insert(), rows)
        shipment = Shipment(
            order_id=order.id, service_owner_id=owner_id, requested_send_at=now,
            expires_at=now + timedelta(hours=48), recipients=len(rows), **content,
        )  # fmt: skip
        db.session.add(shipment)
        db.session.commit()
        return shipment.id

    def start(self) -> None:
        """Start what is due, and make all its notifications."""
        start.claim_due()
        while start.make_next_slice():
            pass

    def send(self) -> None:
        """Hand over everything that waits."""
        last = 0
        while (claimed := claim(after=last)) is not None:
            hand_over(claimed)
            last = claimed.service_owner_id

    def apply(self) -> None:
        """Apply all reports that are due."""
        while apply.apply_due():
            pass

    def sweep(self) -> None:
        """Sweep once, as the scheduler's bell does twice a minute."""
        sweep.sweep()

    @contextmanager
    def another_connection(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of somebody else's, whose transaction ends with the block."""
        url = self.app.config["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(url) as connection:
            yield connection

    def work(self) -> None:
        """Run the jobs that wait, in RQ's own worker, and ring for what is due, until there is nothing left."""
        while self._bells_wait():
            for name in QUEUES:
                waiting = queue(name)
                worker = CountingWorker([waiting], connection=waiting.connection, serializer=JSONSerializer)
                worker.work(burst=True, logging_level="ERROR")
                self.jobs += worker.taken

    def _bells_wait(self) -> bool:
        for bell in PERIODIC:
            if bell.is_due is not None and bell.is_due():
                ring_now(bell.queue, bell.job)
        db.session.rollback()
        return any(queue(name).count for name in QUEUES)

    def statuses(self, shipment_id: int) -> dict[str, int]:
        """How many notifications stand in which status, counted one by one."""
        rows = self.rows("select status from notification_state where shipment_id = :s", s=shipment_id)
        return dict(Counter(Status(row[0]).name for row in rows))

    def shipment(self, shipment_id: int) -> Shipment:
        """The shipment as it is now."""
        db.session.rollback()
        found = db.session.get(Shipment, shipment_id, populate_existing=True)
        assert found is not None
        return found

    def status(self, shipment_id: int) -> ShipmentStatus:
        """The shipment's status."""
        return ShipmentStatus(self.shipment(shipment_id).status)

    def rows(self, statement: str, **parameters: Any) -> list[Any]:
        """What a question to the database answers, in a transaction of its own."""
        found = db.session.execute(text(statement), parameters).fetchall()
        db.session.rollback()
        return list(found)

    def do(self, statement: str, **parameters: Any) -> None:
        """Change rows behind everybody's back."""
        db.session.execute(text(statement), parameters)
        db.session.commit()

    def assert_counters_are_right(self) -> None:
        """The counters say what `group by` says."""
        counted = self.rows(
            "select shipment_id, status, route, uncertain, count(*) from notification_state group by 1, 2, 3, 4"
        )
        kept = self.rows(
            "select shipment_id, status, route, uncertain, sum(n) from shipment_count"
            " group by 1, 2, 3, 4 having sum(n) <> 0"
        )
        assert sorted(map(tuple, counted)) == sorted(map(tuple, kept))
