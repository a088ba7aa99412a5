"""Reports that could not be applied are kept, seen covered, applied once more when asked, and forgotten in the end."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import g

from app.db import db
from app.dispatch import jobs
from app.dispatch.inbox import set_aside, store
from app.standin import Standin
from tests.dispatch.desk import Desk, numbers
from tests.fixtures.desk import Somebody, Visitor

DEAD = "select reference, state, effect, notification_id from delivery_report where effect not in (1, 2) order by id"
ASIDE = "select id from report_inbox where due_at = 'infinity'"


@pytest.fixture
def support(visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> Visitor:
    """Somebody at the support desk."""
    return visitor().sign_in(somebody("siri", support=True))


def report(reference: str, state: str = "DELIVRD") -> bytes:
    """What LINK posts about one message."""
    return (
        f"<MSGLST><MSG><ID>1</ID><REF>{reference}</REF><RCV>4741000000</RCV><STATE>{state}</STATE></MSG></MSGLST>"
    ).encode()


def receive(desk: Desk, body: bytes, *, long_ago: bool = True) -> None:
    """Let a report come, long enough ago that it no longer waits for its answer."""
    store("link", body, 1)
    db.session.commit()
    if long_ago:
        desk.do("update report_inbox set received_at = clock_timestamp() - interval '11 minutes'")
    desk.apply()


def post(support: Visitor, url: str, data: dict[str, Any], page: str = "/dead-reports") -> str:
    """Post a form of a page, and give the page that follows.

    The desk's application context outlives a request here, and with it what the last page knew of its token.
    """
    for name in ("csrf_token", "csrf_valid"):
        g.pop(name, None)
    return support.post(url, data, page=page, follow_redirects=True).text


def test_an_unknown_reference_is_shown_without_anybodys_number(desk: Desk, support: Visitor) -> None:
    receive(desk, report("unknown-1"))

    page = support.get("/dead-reports").text

    assert "unknown-1" in page
    assert "Unknown reference" in page
    assert "41000000" not in page


def test_a_report_that_finds_its_notification_later_counts_when_it_is_applied_once_more(
    desk: Desk, standin: Standin, support: Visitor
) -> None:
    shipment_id = desk.place(numbers(1))
    desk.start()
    desk.send()
    (reference,) = desk.rows("select reference from attempt")[0]
    desk.do("update attempt set reference = 'lost'")
    receive(desk, report(reference))
    desk.do("update attempt set reference = :r", r=reference)
    (dead,) = desk.rows("select id from delivery_report")

    page = post(support, "/dead-reports/replay", {"id": str(dead.id)})
    desk.work()

    assert "in the background" in page
    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 1}
    assert desk.rows(DEAD) == []


def test_what_still_finds_nothing_comes_back(desk: Desk, support: Visitor) -> None:
    for n in range(3):
        receive(desk, report(f"unknown-{n}"))

    post(support, "/dead-reports/replay?why=unknown-reference&gateway=link", {"all": "1"})
    desk.work()

    assert sorted(row.reference for row in desk.rows(DEAD)) == ["unknown-0", "unknown-1", "unknown-2"]
    assert desk.rows("select count(*) from report_inbox") == [(0,)]


def test_reasons_and_gateways_are_filters_and_nothing_chosen_does_nothing(desk: Desk, support: Visitor) -> None:
    receive(desk, report("unknown-1"))

    wrong_reason = support.get("/dead-reports?why=unknown-state").text
    other_gateway = support.get("/dead-reports?gateway=smtp").text
    none = post(support, "/dead-reports/replay", {})

    assert "unknown-1" not in wrong_reason + other_gateway
    assert "Choose another reason or gateway" in wrong_reason
    assert "Choose at least one report" in none
    assert "Choose at least one report" in post(support, "/dead-reports/replay", {"id": "9" * 30})
    assert support.get("/dead-reports?why=whatever").status_code == 404


def test_a_post_that_cannot_be_read_is_kept_once_covered_and_read_again_when_asked(
    desk: Desk, support: Visitor
) -> None:
    for _ in range(2):
        set_aside("link", b"<MSGLST><MSG><RCV>4741000000</RCV> kari@example.com")
    set_aside("link", report("unknown-9"))
    db.session.commit()
    page = support.get("/dead-reports?why=unreadable").text
    ids = [str(row.id) for row in desk.rows(ASIDE)]

    post(support, "/dead-reports/read-again", {"id": ids}, "/dead-reports?why=unreadable")
    desk.work()

    assert len(ids) == 2
    assert "41000000" not in page
    assert "kari@" not in page
    assert len(desk.rows(ASIDE)) == 1


def test_those_of_no_notification_are_forgotten_after_ninety_days(desk: Desk) -> None:
    receive(desk, report("old"))
    desk.do("update delivery_report set received_at = clock_timestamp() - interval '91 days'")
    receive(desk, report("young"))

    desk.sweep()

    assert [row.reference for row in desk.rows(DEAD)] == ["young"]


def test_a_replay_that_is_asked_for_twice_is_made_once(desk: Desk) -> None:
    receive(desk, report("unknown-1"))

    jobs.replay_reports("", None, 10**6, "")
    jobs.replay_reports("", None, 10**6, "")

    assert desk.rows("select count(*) from report_inbox") == [(1,)]
    desk.apply()
    assert [row.reference for row in desk.rows(DEAD)] == ["unknown-1"]


def test_a_replay_stands_in_the_audit_log(desk: Desk, support: Visitor) -> None:
    receive(desk, report("unknown-1"))

    post(support, "/dead-reports/replay?gateway=link", {"all": "1"})

    noted = desk.rows("select object_id, detail ->> 'number', detail ->> 'gateway' from audit_entry order by id")
    assert noted[-1] == ("all", "all", "link")
