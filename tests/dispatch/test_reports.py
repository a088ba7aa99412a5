"""Delivery reports: taken in at once, applied in batches, kept whatever they do."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import utcnow
from app.dispatch.views import BODY_LIMIT
from app.messaging.status import ReportEffect, ShipmentStatus
from app.standin import Standin
from app.standin.reporter import ReportRow, written
from tests.dispatch.desk import Desk, numbers

URL = "/gateways/link/reports"
ACCOUNT = ("link", "only for tests")
REPORTS = "select * from delivery_report order by id"
REFERENCES = "select reference from attempt order by notification_id"


@pytest.fixture
def accepted(desk: Desk, standin: Standin) -> int:
    """A shipment whose three notifications LINK has accepted."""
    shipment_id = desk.place(numbers(3))
    desk.start()
    desk.send()
    return shipment_id


def post(client: FlaskClient, *told: tuple[str, str]) -> TestResponse:
    """Post reports as LINK does: each a reference and a state."""
    rows = [ReportRow(n, reference, "4741000000", state) for n, (reference, state) in enumerate(told, 1)]
    return client.post(URL, data=written(rows), auth=ACCOUNT, content_type="application/xml")


def references(desk: Desk) -> list[str]:
    """LINK's references of what it accepted."""
    return [row.reference for row in desk.rows(REFERENCES)]


def effects(desk: Desk) -> list[ReportEffect]:
    """What the reports did, in the order in which they were applied."""
    return [ReportEffect(row.effect) for row in desk.rows(REPORTS)]


def test_a_report_is_answered_at_once_and_applied_by_a_worker(desk: Desk, client: FlaskClient, accepted: int) -> None:
    told = [(reference, "DELIVRD") for reference in references(desk)]

    answer = post(client, *told)
    before = desk.statuses(accepted)
    desk.work()

    assert answer.status_code == 200
    assert answer.data.count(b"<STATUS>OK</STATUS>") == 3
    assert before == {"SMS_ACCEPTED": 3}
    assert desk.statuses(accepted) == {"SMS_DELIVERED": 3}
    assert desk.status(accepted) is ShipmentStatus.COMPLETED
    assert effects(desk) == [ReportEffect.APPLIED] * 3
    desk.assert_counters_are_right()


def test_a_repeated_report_changes_nothing(desk: Desk, client: FlaskClient, accepted: int) -> None:
    first = references(desk)[0]

    post(client, (first, "DELIVRD"), (first, "UNDELIV"))
    desk.apply()
    post(client, (first, "DELIVRD"))
    desk.apply()

    assert desk.statuses(accepted) == {"SMS_DELIVERED": 1, "SMS_ACCEPTED": 2}
    assert effects(desk) == [ReportEffect.APPLIED, ReportEffect.NO_CHANGE, ReportEffect.NO_CHANGE]


def test_a_report_that_outruns_its_answer_waits_for_it(desk: Desk, client: FlaskClient, accepted: int) -> None:
    first = references(desk)[0]
    desk.do("update attempt set reference = 'not yet ' || reference")
    post(client, (first, "DELIVRD"))
    before = utcnow()
    desk.apply()
    kept, due_at = desk.rows("select reports, due_at from report_inbox")[0]
    after = utcnow()

    desk.do("update attempt set reference = substr(reference, 9)")
    desk.do("update report_inbox set due_at = clock_timestamp()")
    desk.apply()

    assert kept == 1
    assert before < due_at <= after + timedelta(seconds=2)
    assert desk.statuses(accepted) == {"SMS_DELIVERED": 1, "SMS_ACCEPTED": 2}
    assert effects(desk) == [ReportEffect.APPLIED]


def test_a_report_that_comes_before_the_answer_is_applied_in_the_end(desk: Desk, client: FlaskClient) -> None:
    shipment_id = desk.place(numbers(1))
    post(client, ("nobody knows it yet", "DELIVRD"))
    desk.apply()
    desk.start()
    desk.send()

    desk.do("update attempt set gateway = 'link', reference = 'nobody knows it yet'")
    desk.do("delete from report_inbox where gateway = 'simulator'")
    desk.do("update report_inbox set due_at = clock_timestamp()")
    desk.apply()

    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 1}


def test_a_report_with_an_unknown_reference_is_kept_after_ten_minutes(desk: Desk, client: FlaskClient) -> None:
    post(client, ("whose?", "DELIVRD"))
    desk.apply()
    assert effects(desk) == []
    desk.do("update report_inbox set received_at = received_at - interval '11 minutes', due_at = clock_timestamp()")

    desk.apply()

    assert effects(desk) == [ReportEffect.UNKNOWN_REFERENCE]
    report = desk.rows(REPORTS)[0]
    assert (report.notification_id, report.reference, report.state) == (None, "whose?", "DELIVRD")
    assert desk.rows("select count(*) from report_inbox") == [(0,)]


def test_a_state_that_nobody_knows_is_kept_in_the_gateways_word(desk: Desk, client: FlaskClient, accepted: int) -> None:
    post(client, (references(desk)[0], "BANANAS"))

    desk.apply()

    assert desk.statuses(accepted) == {"SMS_ACCEPTED": 3}
    assert effects(desk) == [ReportEffect.UNKNOWN_STATE]
    assert (desk.rows(REPORTS)[0].state, desk.rows(REPORTS)[0].status) == ("BANANAS", None)


def test_a_report_after_the_time_to_live_changes_nothing(desk: Desk, client: FlaskClient, accepted: int) -> None:
    desk.do("update shipment set expires_at = :past", past=utcnow() - timedelta(seconds=1))
    post(client, (references(desk)[0], "DELIVRD"))

    desk.apply()

    assert desk.statuses(accepted) == {"SMS_ACCEPTED": 3}
    assert effects(desk) == [ReportEffect.EXPIRED]


def test_a_report_received_in_time_counts_even_if_it_is_applied_late(
    desk: Desk, client: FlaskClient, accepted: int
) -> None:
    post(client, (references(desk)[0], "DELIVRD"))
    desk.do("update shipment set expires_at = clock_timestamp()")

    desk.sweep()
    desk.apply()

    assert desk.statuses(accepted) == {"SMS_DELIVERED": 1, "SMS_ACCEPTED": 2}
    assert effects(desk) == [ReportEffect.APPLIED]


def test_one_post_may_hold_everything_at_once(desk: Desk, client: FlaskClient, accepted: int) -> None:
    first, second, third = references(desk)

    post(client, (first, "DELIVRD"), ("whose?", "DELIVRD"), (second, "BARREDA"), (third, "BANANAS"))
    desk.apply()

    assert desk.statuses(accepted) == {"SMS_DELIVERED": 1, "SMS_FAILED_REJECTED": 1, "SMS_ACCEPTED": 1}
    assert effects(desk) == [ReportEffect.APPLIED, ReportEffect.APPLIED, ReportEffect.UNKNOWN_STATE]
    assert desk.rows("select reason from notification_state where status = 37") == [("age_limit",)]
    assert desk.rows("select reports from report_inbox") == [(1,)]


def test_reports_beyond_one_transactions_worth_are_all_applied(
    desk: Desk, client: FlaskClient, accepted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.dispatch.inbox.REPORTS_AT_ONCE", 2)
    for reference in references(desk):
        post(client, (reference, "DELIVRD"), (reference, "DELIVRD"))

    desk.apply()

    assert desk.status(accepted) is ShipmentStatus.COMPLETED
    assert sorted(effects(desk)) == [ReportEffect.APPLIED] * 3 + [ReportEffect.NO_CHANGE] * 3


def test_what_cannot_be_read_is_set_aside_and_stops_nobody(desk: Desk, client: FlaskClient, accepted: int) -> None:
    desk.do("insert into report_inbox (gateway, body) values ('link', 'no longer XML')")
    post(client, (references(desk)[0], "DELIVRD"))

    desk.apply()

    assert desk.statuses(accepted) == {"SMS_DELIVERED": 1, "SMS_ACCEPTED": 2}
    assert desk.rows("select body, due_at > clock_timestamp() + interval '99 years' from report_inbox") == [
        (b"no longer XML", True)
    ]


@pytest.mark.parametrize("account", [None, ("link", "wrong"), ("other", "only for tests"), ("", "")])
def test_a_stranger_is_turned_away_and_nothing_is_stored(
    desk: Desk, client: FlaskClient, account: tuple[str, str] | None
) -> None:
    body = written([ReportRow(1, "a", "47", "DELIVRD")])

    answer = client.post(URL, data=body, auth=account, content_type="application/xml")

    assert answer.status_code == 401
    assert desk.rows("select count(*) from report_inbox") == [(0,)]


def test_without_an_account_in_the_settings_nobody_is_let_in(desk: Desk, client: FlaskClient) -> None:
    desk.app.config.update(LINK_REPORT_USER="", LINK_REPORT_PASSWORD="")

    answer = client.post(URL, data=written([ReportRow(1, "a", "47", "DELIVRD")]), auth=("", ""))

    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"no XML", b"<MSGLST></MSGLST>", b"<MSGLST><MSG>"])
def test_what_is_no_report_is_refused_and_waits_once_for_the_desk(desk: Desk, client: FlaskClient, body: bytes) -> None:
    answers = [client.post(URL, data=body, auth=ACCOUNT, content_type="text/plain") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert desk.rows("select body, due_at = 'infinity' from report_inbox") == [(body, True)]


def test_an_empty_post_is_refused_and_leaves_nothing_to_the_desk(desk: Desk, client: FlaskClient) -> None:
    answer = client.post(URL, data=b"", auth=ACCOUNT, content_type="text/plain")

    assert answer.status_code == 400
    assert desk.rows("select count(*) from report_inbox") == [(0,)]


def test_a_body_beyond_the_limit_is_refused(desk: Desk, client: FlaskClient) -> None:
    body = written([ReportRow(1, "a", "47", "DELIVRD")]) + b" " * BODY_LIMIT

    answer = client.post(URL, data=body, auth=ACCOUNT, content_type="application/xml")

    assert answer.status_code == 413
    assert desk.rows("select count(*) from report_inbox") == [(0,)]
