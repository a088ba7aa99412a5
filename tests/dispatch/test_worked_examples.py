"""The worked examples of the country rules, through a real hand-over: what the phone gets, from whom it says it is."""

import pytest
from sqlalchemy import insert, update

from app.db import db
from app.orders.models import Recipient
from app.sender_ids.models import SenderRegistration
from app.shipments.models import Shipment
from app.standin import Standin
from tests.country_rules.worked import EXAMPLES, Example
from tests.dispatch.desk import Desk
from tests.dispatch.test_country_rules import STATE, VERDICT, hand_over_at, senders_shown


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_worked_example_reaches_the_phone_or_is_stopped_as_written(
    desk: Desk, standin: Standin, example: Example
) -> None:
    if example.registered:
        whose = {"service_owner_id": desk.owner("ttd"), "country": example.country, "status": "approved"}
        db.session.execute(insert(SenderRegistration).values(whose | example.registered))
    desk.place([example.number], body=example.text)
    db.session.execute(update(Shipment).values(sms_sender=example.sender))
    db.session.execute(update(Recipient).values(country=example.country))
    db.session.commit()
    desk.start()

    hand_over_at(example.moment)

    [state], [verdict] = desk.rows(STATE), desk.rows(VERDICT)
    assert [rule["id"] for rule in verdict.facts["rules"]] == [example.rule]
    assert (verdict.facts["outcome"], verdict.facts["policy"]) == (example.outcome, example.policy)
    is_stopped = example.policy == "block"
    assert senders_shown(standin, example.number) == ([] if is_stopped else [example.sender])
    assert state.reason == (f"country_rule:{example.rule}" if is_stopped else None)
