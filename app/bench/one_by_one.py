"""The other way to do it, for comparison alone: one RQ job per message, each by ORM."""

import time

from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import select

from app.bench.orders import place
from app.bench.stage import Stage
from app.db import db, utcnow
from app.dispatch import start
from app.dispatch.decide import gateway_settings
from app.gateways import Accepted, Message, gateway_for
from app.messaging.segments import count_segments
from app.messaging.status import AttemptOutcome, Channel, ReportEffect, Route, Status
from app.messaging.template import Template
from app.orders.models import Intake, Recipient
from app.queue import valkey
from app.shipments.models import Attempt, DeliveryReport, Notification, NotificationState, Shipment

QUEUE = "bench-one-by-one"


def job_per_message_per_s(stage: Stage, messages: int) -> float:
    """Messages per second from the first job to the last report, in one worker that does not fork."""
    with stage.product(ENVIRONMENT="test"):
        shipment_id = place(messages)
        start.claim_due()
        while start.make_next_slice():
            pass
        ids = list(db.session.scalars(select(Notification.id).where(Notification.shipment_id == shipment_id)))
        db.session.rollback()
        began_at = time.monotonic()
        _work_off("app.bench.one_by_one.send", ids)
        _work_off("app.bench.one_by_one.report", ids)
        return messages / (time.monotonic() - began_at)


def _work_off(job: str, ids: list[int]) -> None:
    queue = Queue(QUEUE, connection=valkey(), serializer=JSONSerializer)
    queue.enqueue_many([Queue.prepare_data(job, (notification_id,), result_ttl=0) for notification_id in ids])
    worker = SimpleWorker([queue], connection=valkey(), serializer=JSONSerializer)
    worker.work(burst=True, logging_level="ERROR")


def send(notification_id: int) -> None:
    """Hand over one notification."""
    notification = db.session.get_one(Notification, notification_id)
    state = db.session.get_one(NotificationState, notification_id)
    shipment = db.session.get_one(Shipment, notification.shipment_id)
    text = _text(shipment, notification)
    state.status, state.attempts, state.status_at = Status.SMS_SENDING, state.attempts + 1, utcnow()
    db.session.commit()
    message = Message(notification.id, notification.address, shipment.sms_sender, text, key=f"{notification.id}-1")
    handed_over_at = utcnow()
    gateway = gateway_for(Channel.SMS, Route.SIMULATED, gateway_settings())
    outcome = gateway.submit([[message]])[0][0]
    reference = outcome.reference if isinstance(outcome, Accepted) else None
    state.status, state.route, state.status_at = Status.SMS_ACCEPTED, Route.SIMULATED, utcnow()
    db.session.add(
        Attempt(
            notification_id=notification.id, no=1, gateway=gateway.name, route=Route.SIMULATED,
            outcome=AttemptOutcome.ACCEPTED, sender=shipment.sms_sender, text=text, segments=count_segments(text),
            reference=reference, handed_over_at=handed_over_at, answered_at=utcnow(),
        )
    )  # fmt: skip
    db.session.commit()


def report(notification_id: int) -> None:
    """Apply one delivery report."""
    reference = f"sim-{notification_id}-1"
    attempt = db.session.scalars(select(Attempt).where(Attempt.reference == reference)).one()
    state = db.session.get_one(NotificationState, attempt.notification_id)
    state.status, state.status_at = Status.SMS_DELIVERED, utcnow()
    db.session.add(
        DeliveryReport(
            notification_id=state.id, gateway=attempt.gateway, reference=reference, state="DELIVRD",
            status=Status.SMS_DELIVERED, effect=ReportEffect.APPLIED, received_at=utcnow(),
        )
    )  # fmt: skip
    db.session.commit()


def _text(shipment: Shipment, notification: Notification) -> str:
    intake = db.session.scalars(select(Intake).where(Intake.order_id == shipment.order_id)).one()
    recipient = db.session.get_one(Recipient, (shipment.order_id, notification.part, notification.row_no))
    return Template(shipment.sms_text).compile(intake.columns)(recipient.values or [])
