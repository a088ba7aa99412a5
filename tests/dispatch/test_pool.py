"""Several gateways for a channel: each has its share, and others take over what was surely not handed over."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask

from app.dispatch.claim import claim
from app.dispatch.hand_over import hand_over
from app.dispatch.waiting import let_go, may_go
from app.gateway_desk import pool
from app.gateways import configured, gateway_named
from app.gateways.breaker import TRIAL
from app.messaging.status import AttemptOutcome, Channel, ShipmentStatus
from app.standin import Standin, StandinSettings
from app.standin.behaviour import Answer, Behaviour
from tests.dispatch.desk import Desk, numbers

GOES = "select distinct gateway from attempt order by 1"
EVENTS = "select what, reason, person_id from gateway_event where gateway = 'link-a' order by id"
WAITS = "select waits_for, first_id, last_id from batch where waits_for is not null"

REFUSING = Behaviour(Answer.HTTP_ERROR, http_status=503)
CUTTING = Behaviour(Answer.DROP_AFTER)


@pytest.fixture
def pair(app: Flask) -> Iterator[tuple[Standin, Standin]]:
    """Two of LINK's gateways, `link-a` and `link-b`, each a stand-in of its own."""
    settings = StandinSettings(http_port=0, smtp_port=0, client="varsel", password="only for tests")
    with ExitStack() as until_the_end:
        a, b = (until_the_end.enter_context(Standin(settings)) for _ in range(2))
        app.config.update(
            GATEWAYS="link-a,link-b",
            LINK_A_URL=a.url,
            LINK_B_URL=b.url,
            ENVIRONMENT="production",
            LINK_A_TIMEOUT_S=20.0,
            LINK_B_TIMEOUT_S=20.0,
        )
        yield a, b
        with app.app_context():
            for one in configured(app.config):
                gateway_named(one.name, app.config).close()


@pytest.fixture
def steer(desk: Desk) -> Callable[..., None]:
    """Changes a gateway's row as administrators do; its revision grows."""

    def change(name: str, **values: object) -> None:
        pool.introduce()
        settings = ", ".join(f"{column} = :{column}" for column in values)
        desk.do(f"update gateway set {settings}, revision = revision + 1 where name = :name", name=name, **values)

    return change


def retry_at_once(desk: Desk) -> None:
    """Let the time of all retries come."""
    desk.do("update notification_state set due_at = clock_timestamp() where due_at is not null")
    desk.sweep()


def taken(*standins: Standin) -> list[int]:
    return [standin.desk.phones.received for standin in standins]


def test_batches_are_shared_by_weight(desk: Desk, pair: tuple[Standin, Standin], steer: Callable[..., None]) -> None:
    steer("link-a", weight=3)
    for n in range(40):
        desk.place(numbers(2, first=41_000_000 + 2 * n))
    desk.start()

    desk.send()

    a, b = taken(*pair)
    assert a + b == 80
    assert 40 < a < 80


def test_a_country_has_its_own_gateway_and_the_batch_is_divided(
    desk: Desk, pair: tuple[Standin, Standin], steer: Callable[..., None]
) -> None:
    steer("link-a", countries=["NO"])
    steer("link-b", countries=["SE"])
    desk.do("create function swedish() returns trigger language plpgsql as $$ begin"
            " if new.address like '+46%' then new.country := 'SE'; end if; return new; end $$")  # fmt: skip
    desk.do("create trigger swedish before insert on notification for each row execute function swedish()")
    shipment_id = desk.place([*numbers(3), "+46701234567", *numbers(3, first=42_000_000), "+46701234568"])
    desk.start()

    desk.send()

    assert taken(*pair) == [6, 2]
    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 8}
    assert desk.rows("select count(*) from batch") == [(0,)]
    desk.assert_counters_are_right()


def test_what_one_gateway_refused_for_now_another_takes_over_at_once(
    desk: Desk, pair: tuple[Standin, Standin], steer: Callable[..., None]
) -> None:
    a, b = pair
    steer("link-b", weight=0)
    a.desk.rules.tell_all(REFUSING)
    shipment_id = desk.place(numbers(30))
    desk.start()
    desk.send()
    (soon,) = desk.rows("select max(due_at) - clock_timestamp() < interval '5 seconds' from notification_state")

    retry_at_once(desk)
    desk.send()

    assert soon == (True,)
    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 30}
    assert taken(a, b) == [0, 30]
    answers = desk.rows("select no, gateway, outcome, code from attempt order by no, notification_id limit 31")
    assert answers[0] == (1, "link-a", AttemptOutcome.REFUSED_FOR_NOW, "503")
    assert answers[30] == (2, "link-b", AttemptOutcome.ACCEPTED, "OK")


def test_what_is_uncertain_is_not_taken_over(
    desk: Desk, pair: tuple[Standin, Standin], steer: Callable[..., None]
) -> None:
    a, b = pair
    steer("link-b", weight=0)
    a.desk.rules.tell_all(CUTTING)
    shipment_id = desk.place(numbers(3))
    desk.start()

    desk.send()
    retry_at_once(desk)
    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_SENDING": 3}
    assert taken(a, b) == [3, 0]


def test_a_gateway_that_fails_again_and_again_is_left_alone_tried_with_a_few_and_used_again(
    desk: Desk, pair: tuple[Standin, Standin], steer: Callable[..., None]
) -> None:
    a, b = pair
    steer("link-b", weight=0)
    a.desk.rules.tell_all(REFUSING)
    for n in range(5):
        desk.place(numbers(10, first=41_000_000 + 10 * n))
        desk.start()
        desk.send()
    asked = a.desk.tally.requests
    assert taken(a, b) == [0, 20]

    a.desk.rules.forget()
    desk.do("update gateway set breaker_until = clock_timestamp() where name = 'link-a'")
    desk.place(numbers(20, first=43_000_000))
    desk.start()
    tried = claim()
    assert tried is not None
    spared = claim()
    assert spared is None
    hand_over(tried)
    let_go()
    desk.send()

    assert len(tried.rows) == TRIAL
    assert asked < a.desk.tally.requests
    assert taken(a, b) == [20, 20]
    assert [row.what for row in desk.rows(EVENTS)] == ["opened", "tried", "closed"]
    assert desk.rows(EVENTS)[0].reason == "HTTP 503 Service Unavailable"
    desk.assert_counters_are_right()


def test_a_stalling_gateway_leaves_one_batch_in_doubt_and_no_more(
    desk: Desk, pair: tuple[Standin, Standin], steer: Callable[..., None]
) -> None:
    a, b = pair
    desk.app.config["LINK_A_TIMEOUT_S"] = 1.0
    steer("link-b", weight=0)
    a.desk.rules.tell_all(Behaviour(Answer.NO_ANSWER))
    shipment_id = desk.place(numbers(1_700))
    desk.start()

    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_SENDING": 800, "SMS_ACCEPTED": 900}
    assert taken(b) == [900]
    assert [row.what for row in desk.rows(EVENTS)] == ["opened"]


def test_a_paused_pool_keeps_everything_and_what_waits_goes_when_it_is_used_again(
    desk: Desk, standin: Standin, steer: Callable[..., None]
) -> None:
    steer("link", standing=3)
    shipment_id = desk.place(numbers(20))
    desk.place(["kari@example.com"], channel=Channel.EMAIL)
    desk.start()

    desk.send()
    waiting = desk.statuses(shipment_id)
    steer("link", standing=1)
    desk.send()

    assert waiting == {"SMS_NEW": 20}
    assert standin.desk.mailboxes.received == 1
    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 20}
    assert desk.rows("select distinct attempts from notification_state") == [(1,)]


def test_only_what_a_paused_gateway_alone_serves_waits_for_it(
    desk: Desk, pair: tuple[Standin, Standin], steer: Callable[..., None]
) -> None:
    steer("link-a", countries=["NO"], standing=3)
    steer("link-b", countries=["SE"])
    shipment_id = desk.place(numbers(10))
    desk.start()

    desk.send()
    (waits,) = desk.rows(WAITS)
    quiet = may_go()
    steer("link-a", standing=1)
    woken = may_go()
    let_go()
    desk.send()

    assert waits.waits_for == "link-a"
    assert (quiet, woken) == (False, True)
    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 10}
    assert taken(*pair) == [10, 0]
    desk.assert_counters_are_right()


def test_a_country_that_no_gateway_serves_waits_until_one_does(
    desk: Desk, standin: Standin, steer: Callable[..., None]
) -> None:
    steer("link", countries=["SE"])
    shipment_id = desk.place(numbers(4))
    desk.start()

    desk.send()
    (waits,) = desk.rows(WAITS)
    steer("link", countries=None)
    let_go()
    desk.send()

    assert waits.waits_for == ""
    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 4}


def test_a_gateway_that_is_paused_after_the_claim_gets_nothing_of_it(
    desk: Desk, standin: Standin, steer: Callable[..., None]
) -> None:
    steer("link", weight=1)
    shipment_id = desk.place(numbers(4))
    desk.start()
    claimed = claim()
    assert claimed is not None
    desk.do("update gateway set standing = 3 where name = 'link'")

    hand_over(claimed)

    assert taken(standin) == [0]
    assert desk.statuses(shipment_id) == {"SMS_NEW": 4}
    assert desk.rows("select distinct attempts from notification_state") == [(0,)]


def test_a_draining_gateway_finishes_what_it_has_and_gets_nothing_new(
    desk: Desk, standin: Standin, steer: Callable[..., None]
) -> None:
    steer("link", weight=1)
    desk.place(numbers(4))
    desk.place(numbers(4, first=42_000_000))
    desk.start()
    claimed = claim()
    assert claimed is not None
    desk.do("update gateway set standing = 2 where name = 'link'")

    hand_over(claimed)
    desk.send()

    assert taken(standin) == [4]


def test_a_limit_holds_across_batches_and_nothing_is_lost(
    desk: Desk, standin: Standin, steer: Callable[..., None]
) -> None:
    steer("link", rate_per_s=10.0)
    shipment_id = desk.place(numbers(35))
    desk.start()

    desk.send()
    first = taken(standin)
    (waits,) = desk.rows("select min(waits_until - waits_since) >= interval '0.5 seconds' as long from batch")
    desk.do("update batch set waits_until = clock_timestamp() + interval '1 hour' where waits_for is not null")
    too_early = let_go() and claim()
    goes = []
    for _ in range(3):
        desk.do("update gateway_bucket set at = at - interval '1 second'")
        desk.do("update batch set waits_until = clock_timestamp()")
        let_go()
        desk.send()
        goes.append(taken(standin)[0])

    assert first == [10]
    assert waits.long
    assert not too_early
    assert goes == [20, 30, 35]
    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 35}
    desk.assert_counters_are_right()


def test_a_limit_of_each_sender_lets_others_pass(desk: Desk, standin: Standin, steer: Callable[..., None]) -> None:
    steer("link", sender_rate_per_s=5.0)
    one = desk.place(numbers(20))
    other = desk.place(numbers(4, first=42_000_000), owner="skd")
    desk.do("update shipment set sms_sender = 'Other' where id = :id", id=other)
    desk.start()

    desk.send()

    assert desk.statuses(one) == {"SMS_ACCEPTED": 5, "SMS_NEW": 15}
    assert desk.statuses(other) == {"SMS_ACCEPTED": 4}


def test_a_gateway_that_the_settings_no_longer_name_leaves_what_it_may_have_in_doubt(
    desk: Desk, pair: tuple[Standin, Standin], steer: Callable[..., None]
) -> None:
    steer("link-b", weight=0)
    shipment_id = desk.place(numbers(3))
    desk.start()
    claim()
    desk.do("update batch set handed_to = last_id, gateway = 'link-a', route = 1,"
            " lease_until = clock_timestamp() - interval '1 second'")  # fmt: skip
    desk.app.config["GATEWAYS"] = "link-b"

    desk.sweep()

    assert desk.rows("select distinct uncertain from notification_state") == [(True,)]
    assert desk.rows(GOES) == [("link-a",)]
    assert desk.status(shipment_id) is ShipmentStatus.PROCESSED


def test_minutes_are_counted_and_forgotten(desk: Desk, standin: Standin) -> None:
    desk.place([*numbers(3), "+4790000101"])
    desk.start()

    desk.send()
    counted = desk.rows(
        "select sum(accepted), sum(refused), sum(hand_overs) from gateway_minute where gateway = 'link'"
    )
    desk.do("update gateway_minute set minute = minute - interval '3 days'")
    desk.sweep()

    assert counted == [(3, 1, 1)]
    assert desk.rows("select * from gateway_minute") == []
