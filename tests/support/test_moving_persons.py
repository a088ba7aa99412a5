"""Persons of an order by SMS alone are moved to e-mail by the address that their register knows."""

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.contacts import service as contacts
from app.contacts.service import Details
from app.db import db, utcnow
from app.dispatch import look_up, start
from app.messaging.identity import parse_any
from app.messaging.status import Channel, Status
from app.orders import check, intake, service
from app.orders import jobs as orders
from app.orders.models import Order
from app.shipments.models import Notification, NotificationState
from app.support import jobs
from app.support.failures import queries as failures
from app.support.failures.queries import Wanted
from app.support.remedies import effect as effects
from app.support.remedies import service as remedies
from app.support.remedies.effect import Plan
from app.support.remedies.models import LineOutcome, RemedyKind, RemedyLine
from app.support.remedies.service import Asked
from tests.fixtures.desk import Somebody
from tests.fixtures.identities import organisation_number, tenor_persons

ANNE, BERIT, CARL, DINA = tenor_persons(4)
JOINER = organisation_number(31_000_000)


@pytest.fixture
def desk(app: Flask, somebody: Callable[..., Somebody], service_owner: Callable[..., int]) -> int:
    """A support person; five others are in the embedded register, and an SMS to each of them has failed."""
    owner = service_owner()
    sender, support = somebody("kari", sends_for=[owner]), somebody("sam", support=True)
    known = {
        ANNE: Details("Anne", emails=("anne@example.no",), phones=("+4741000001",), confirmed_at=utcnow()),
        BERIT: Details("Berit", phones=("+4741000002",), confirmed_at=utcnow()),
        CARL: Details("Carl", emails=("carl@example.no",), confirmed_at=utcnow()),
        DINA: Details("Dina", emails=("dina@example.no",), phones=("+4741000004",), is_reserved=True),
        JOINER: Details("Joiner", emails=("a@j.no",), phones=("+4741000005", "+4741000006")),
    }
    with app.app_context():
        for number, details in known.items():
            contacts.add(parse_any(number), details)
        content = service.Content(Channel.SMS, sms_sender="Test", sms_text="Hello")
        draft = service.create_draft(owner, sender.id, content)
        intake.paste(draft.id, " ".join(known))
        check.ask(draft.id)
        db.session.commit()
        orders.check(draft.id, db.session.get_one(Order, draft.id).revision)
        service.place(draft.id, db.session.get_one(Order, draft.id).revision, sender.id)
        db.session.commit()
        look_up.look_up_due()
        start.claim_due()
        start.make_next_slice()
        db.session.execute(text("update notification_state set status = 35 where status = 25"))
        db.session.commit()
    return support.id


def move_all(app: Flask, person_id: int) -> list[effects.Effect]:
    """Move every group to e-mail, and tell what each was foretold to do."""
    with app.app_context():
        foretold = []
        for group in failures.groups(Wanted()):
            foretold.append(effects.effect(group, Channel.SMS, Plan(RemedyKind.MOVE, None, utcnow())))
            remedies.begin(group, person_id, Asked(RemedyKind.MOVE, "They asked", subject="S"), group.count)
            db.session.commit()
        jobs.apply_remedies()
        return foretold


def outcomes(app: Flask) -> Counter[str]:
    """What came of each failure."""
    with app.app_context():
        return Counter(LineOutcome(one).name for one in db.session.scalars(select(RemedyLine.outcome)))


def test_each_is_sent_to_where_the_register_knows_an_address_that_may_be_used(app: Flask, desk: int) -> None:
    foretold = move_all(app, desk)

    assert sum(effect.known for effect in foretold) == 0
    assert sum(effect.asked for effect in foretold) == 6
    with app.app_context():
        made = select(Notification.address, NotificationState.status).join(
            NotificationState, NotificationState.id == Notification.id
        )
        sent = db.session.execute(made.where(Notification.instead_of.is_not(None))).all()
    assert sorted(map(tuple, sent)) == [
        ("a@j.no", Status.EMAIL_NEW),
        ("anne@example.no", Status.EMAIL_NEW),
        ("carl@example.no", Status.EMAIL_NEW),
    ]
    assert outcomes(app) == {"SENT_ANEW": 3, "LEFT_WITHOUT_ADDRESS": 3}


def test_where_the_register_does_not_answer_they_are_left_and_that_is_said(app: Flask, desk: int) -> None:
    # Nobody listens there.
    app.config.update(KRR_URL="http://127.0.0.1:9/", MASKINPORTEN_URL="http://127.0.0.1:9/")

    move_all(app, desk)

    assert outcomes(app) == {"LEFT_UNASKED": 4, "SENT_ANEW": 1, "LEFT_WITHOUT_ADDRESS": 1}
    with app.app_context():
        assert sum(group.count for group in failures.groups(Wanted())) == 5
