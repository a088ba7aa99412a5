"""The worker asks the country rules at the moment of hand-over, does what they say, and keeps it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from app.accounts.models import Person
from app.country_rules.policies import service as policies
from app.country_rules.terms import Outcome, Policy
from app.db import db
from app.dispatch.claim import claim
from app.dispatch.hand_over import hand_over
from app.messaging.scheme import Scheme
from app.messaging.status import Channel
from app.orders.models import Recipient
from app.sender_ids.models import SenderRegistration
from app.shipments.models import Shipment
from app.standin import Standin
from tests.dispatch.desk import Desk, numbers

NORWEGIAN, FINNISH, SPANISH, THAI = "+4740000001", "+358401234567", "+34612345678", "+66812345678"
COUNTRIES = {NORWEGIAN: "NO", FINNISH: "FI", SPANISH: "ES", THAI: "TH"}
STATE = "select reason, status, attempts, verdict_id from notification_state order by id"
VERDICT = "select country, facts from shipment_verdict order by id"


@pytest.fixture
def placed(desk: Desk) -> Callable[..., int]:
    """Places an order from `Skatt` for numbers of their own countries, and makes its notifications."""

    def place(*addresses: str, sender: str = "Skatt", **given: Any) -> int:
        shipment_id = desk.place(addresses, **given)
        db.session.execute(update(Shipment).values(sms_sender=sender))
        for address in addresses:
            db.session.execute(update(Recipient).where(Recipient.address == address).values(country=COUNTRIES[address]))
        db.session.commit()
        desk.start()
        return shipment_id

    return place


@pytest.fixture
def deciding(desk: Desk) -> Callable[..., None]:
    """Decides about a country as an administrator does."""
    administrator = Person(email="astrid@ttd.example", name="Astrid", password_hash="")
    db.session.add(administrator)
    db.session.commit()

    def decide(country: str, outcome: Outcome, policy: Policy, until_on: date | None = None) -> None:
        if policy is Policy.SUBSTITUTE:
            policies.set_number(country, None, "+34612345679", administrator.id, is_two_way=False)
        day = until_on or date.today() + timedelta(days=30)
        policies.choose(country, outcome, policy, "Agreed with the operator", day, administrator.id)
        db.session.commit()

    return decide


def registered(desk: Desk, country: str, **changes: Any) -> None:
    """Have `Skatt` approved in a country."""
    values = {"service_owner_id": desk.owner("ttd"), "country": country, "sender": "Skatt", "status": "approved"}
    db.session.execute(insert(SenderRegistration).values({**values, **changes}))
    db.session.commit()


def hand_over_at(moment: datetime) -> None:
    """Hand over everything that waits as a worker would at a moment."""
    db.session.execute(text("update shipment set expires_at = :at + interval '2 days'"), {"at": moment})
    db.session.execute(text("update batch set expires_at = clock_timestamp() + interval '2 days'"))
    db.session.commit()
    while (claimed := claim()) is not None:
        hand_over(claimed, lambda: moment)


def senders_shown(standin: Standin, number: str) -> list[str]:
    """The senders of what a phone of the stand-in got."""
    phone = standin.desk.phones.id_of(number.removeprefix("+"))
    return (
        [] if phone is None else [kept.message.sender for kept in standin.desk.phones.messages(phone, None, 50).lines]
    )


def test_what_a_country_blocks_is_refused_with_the_rules_own_code(
    desk: Desk, standin: Standin, placed: Callable[..., int]
) -> None:
    shipment_id = placed(NORWEGIAN, SPANISH)

    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 1, "SMS_FAILED_REJECTED": 1}
    blocked = desk.rows(STATE)[1]
    assert (blocked.reason, blocked.attempts) == ("country_rule:ES-alpha-unregistered-3", 0)
    assert senders_shown(standin, SPANISH) == []
    assert senders_shown(standin, NORWEGIAN) == ["Skatt"]
    desk.assert_counters_are_right()


def test_what_was_decided_is_kept_with_the_rules_and_their_version(
    desk: Desk, standin: Standin, placed: Callable[..., int]
) -> None:
    placed(NORWEGIAN, SPANISH)

    desk.send()

    by_country = {row.country: row.facts for row in desk.rows(VERDICT)}
    assert [rule["id"] for rule in by_country["NO"]["rules"]] == ["NO-alpha-unregistered"]
    assert by_country["ES"]["policy"] == "block"
    assert by_country["ES"]["version"]
    kept = desk.rows("select verdict_id from attempt") + [(row.verdict_id,) for row in desk.rows(STATE)[1:]]
    assert {verdict for (verdict,) in kept} == {row[0] for row in desk.rows("select id from shipment_verdict")}


def test_however_many_share_a_verdict_it_is_kept_once(desk: Desk) -> None:
    desk.place(numbers(2_001))
    desk.start()

    desk.send()

    assert desk.rows("select count(*) from shipment_verdict") == [(1,)]
    assert desk.rows("select count(distinct verdict_id), count(verdict_id) from attempt") == [(1, 2_001)]


def test_a_registered_sender_reaches_the_phone_under_its_name(
    desk: Desk, standin: Standin, placed: Callable[..., int]
) -> None:
    registered(desk, "ES", providers=["LINK"])
    placed(SPANISH)

    desk.send()

    assert senders_shown(standin, SPANISH) == ["Skatt"]


def test_a_substituted_sender_is_what_the_phone_shows(
    desk: Desk, standin: Standin, placed: Callable[..., int], deciding: Callable[..., None]
) -> None:
    deciding("ES", Outcome.WILL_FAIL, Policy.SUBSTITUTE)
    placed(NORWEGIAN, SPANISH)

    desk.send()

    assert senders_shown(standin, SPANISH) == ["34612345679"]
    assert senders_shown(standin, NORWEGIAN) == ["Skatt"]
    assert desk.rows("select sender from attempt order by notification_id") == [("Skatt",), ("34612345679",)]


def test_thailand_refuses_a_link_only_where_that_was_decided(
    desk: Desk, standin: Standin, placed: Callable[..., int], deciding: Callable[..., None]
) -> None:
    registered(desk, "TH")
    deciding("TH", Outcome.AT_RISK, Policy.BLOCK)
    placed(THAI, body="Se altinn.no")

    desk.send()

    assert [row.reason for row in desk.rows(STATE)] == ["country_rule:TH-url-unapproved"]
    assert senders_shown(standin, THAI) == []


def test_thailand_takes_a_link_whose_host_is_approved(
    desk: Desk, standin: Standin, placed: Callable[..., int], deciding: Callable[..., None]
) -> None:
    registered(desk, "TH", approved_hosts=["altinn.no"])
    deciding("TH", Outcome.AT_RISK, Policy.BLOCK)
    placed(THAI, body="Se altinn.no")

    desk.send()

    assert senders_shown(standin, THAI) == ["Skatt"]


def test_a_link_that_a_value_makes_is_seen(
    desk: Desk, standin: Standin, placed: Callable[..., int], deciding: Callable[..., None]
) -> None:
    registered(desk, "TH")
    deciding("TH", Outcome.AT_RISK, Policy.BLOCK)
    shipment_id = placed(THAI, NORWEGIAN, body="Se ((where))", columns=["where"], values=[["altinn.no"], ["altinn.no"]])

    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_FAILED_REJECTED": 1, "SMS_ACCEPTED": 1}


@pytest.mark.parametrize(
    ("moment", "outcome", "is_sent"),
    [
        (datetime(2026, 5, 1, 12, tzinfo=UTC), Outcome.DELIVER, True),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), Outcome.AT_RISK, True),
        (datetime(2026, 9, 14, 21, 59, tzinfo=UTC), Outcome.AT_RISK, True),
        (datetime(2026, 9, 14, 22, 0, tzinfo=UTC), Outcome.WILL_FAIL, False),
        (datetime(2026, 11, 23, 12, tzinfo=UTC), Outcome.WILL_FAIL, False),
    ],
)
def test_spain_is_asked_about_its_own_day(
    desk: Desk, standin: Standin, placed: Callable[..., int], moment: datetime, outcome: Outcome, is_sent: bool
) -> None:
    placed(SPANISH)

    hand_over_at(moment)

    assert desk.rows(VERDICT)[0].facts["outcome"] == outcome.value
    assert senders_shown(standin, SPANISH) == (["Skatt"] if is_sent else [])


def test_what_was_decided_ends_by_itself_on_its_day(
    desk: Desk, standin: Standin, placed: Callable[..., int], deciding: Callable[..., None]
) -> None:
    deciding("ES", Outcome.WILL_FAIL, Policy.ALLOW, date(2026, 10, 1))
    placed(SPANISH)

    hand_over_at(datetime(2026, 10, 2, 12, tzinfo=UTC))

    assert senders_shown(standin, SPANISH) == []


def test_it_still_holds_on_its_last_day(
    desk: Desk, standin: Standin, placed: Callable[..., int], deciding: Callable[..., None]
) -> None:
    deciding("ES", Outcome.WILL_FAIL, Policy.ALLOW, date(2026, 10, 1))
    placed(SPANISH)

    hand_over_at(datetime(2026, 10, 1, 21, 59, tzinfo=UTC))

    assert senders_shown(standin, SPANISH) == ["Skatt"]


@pytest.mark.parametrize("policy", [Policy.BLOCK, Policy.REROUTE])
def test_low_confidence_never_stops_an_sms_whatever_was_decided(
    desk: Desk, standin: Standin, deciding: Callable[..., None], policy: Policy
) -> None:
    deciding("AT", Outcome.AT_RISK, policy)
    deciding("AT", Outcome.DELIVER, policy)
    deciding("AT", Outcome.WILL_FAIL, policy)
    desk.place([NORWEGIAN])
    desk.do("update recipient set country = 'AT'")
    desk.start()

    desk.send()

    assert senders_shown(standin, NORWEGIAN) == ["Test"]
    rules = desk.rows(VERDICT)[0].facts["rules"]
    assert {rule["confidence"] for rule in rules} == {"low"}


def test_what_is_rerouted_goes_by_email_where_an_address_is_known(
    desk: Desk, standin: Standin, deciding: Callable[..., None]
) -> None:
    deciding("ES", Outcome.WILL_FAIL, Policy.REROUTE)
    both = [(SPANISH, "kari@example.no"), ("+34612345670", "")]
    shipment_id = desk.place_two(both, Scheme.SMS_PREFERRED)
    desk.do("update recipient set country = 'ES'")
    desk.start()

    desk.send()

    made = desk.rows("select channel, address from notification where shipment_id = :s order by id", s=shipment_id)
    assert (Channel.EMAIL, "kari@example.no") in [tuple(row) for row in made]
    assert len(made) == 3
    assert desk.statuses(shipment_id)["SMS_FAILED_REJECTED"] == 2


def test_the_name_of_another_body_is_not_sent_under(desk: Desk, standin: Standin, placed: Callable[..., int]) -> None:
    placed(NORWEGIAN, sender="DMP")

    desk.send()

    assert [row.reason for row in desk.rows(STATE)] == ["sender_format:protected"]
    assert senders_shown(standin, NORWEGIAN) == []
