"""The failure inbox: what stands in it, how it is grouped, what each group says, and who cares for it."""

import threading
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.db import db, utcnow
from app.messaging.status import FAILED, WORDING, Channel, Route, ShipmentStatus, Status
from app.shipments.models import Notification
from app.support.failures import queries
from app.support.failures.models import Failure, FailureCount
from app.support.failures.queries import Group, Wanted
from app.system_email.models import SystemEmail
from tests.fixtures.desk import Somebody, Visitor
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]
Change = Callable[..., None]


@pytest.fixture
def groups(app: Flask) -> Callable[..., list[Group]]:
    """Reads the inbox."""

    def read(**wanted: Any) -> list[Group]:
        with app.app_context():
            return queries.groups(Wanted(**wanted))

    return read


def _fail(place: Place, change: Change, status: Status, reason: str, sender: str = "Test", **others: Any) -> Placed:
    placed = place({Status.SMS_ACCEPTED: others.pop("count", 1)}, status=ShipmentStatus.PROCESSED, **others)
    for notification_id in placed.ids:
        change(rows.attempt, notification_id, sender=sender)
    change(rows.move, placed.ids, status, reason=reason)
    return placed


def test_failures_are_grouped_by_cause_country_sender_gateway_and_owner(
    desk: Any, place: Place, change: Change, groups: Callable[..., list[Group]]
) -> None:
    _fail(place, change, Status.SMS_FAILED_BARRED_RECEIVER, "barred", count=3)
    _fail(place, change, Status.SMS_FAILED_BARRED_RECEIVER, "barred", count=2)
    _fail(place, change, Status.SMS_FAILED_BARRED_RECEIVER, "barred", sender="Other")
    _fail(place, change, Status.SMS_FAILED_BARRED_RECEIVER, "barred", owner=desk.theirs)
    _fail(place, change, Status.SMS_FAILED_REJECTED, "rejected_by_operator")

    found = groups()

    assert [(one.status, one.sender, one.service_owner, one.count) for one in found] == [
        (Status.SMS_FAILED_REJECTED, "Test", "ttd", 1),
        (Status.SMS_FAILED_BARRED_RECEIVER, "Test", "skd", 1),
        (Status.SMS_FAILED_BARRED_RECEIVER, "Other", "ttd", 1),
        (Status.SMS_FAILED_BARRED_RECEIVER, "Test", "ttd", 5),
    ]
    assert {one.gateway for one in found} == {"link"}
    assert all(one.began_at and one.in_an_hour == one.count for one in found)


@pytest.mark.parametrize("status", sorted(FAILED))
def test_every_failed_status_comes_to_the_inbox(
    place: Place, groups: Callable[..., list[Group]], status: Status
) -> None:
    channel = Channel.SMS if status.name.startswith("SMS") else Channel.EMAIL

    place({status: 2}, channel=channel)

    assert [(one.status, one.count) for one in groups()] == [(status, 2)]


@pytest.mark.parametrize("status", sorted(set(Status) - FAILED))
def test_nothing_else_does(place: Place, groups: Callable[..., list[Group]], status: Status) -> None:
    place({status: 1}, channel=Channel.SMS if status.name.startswith("SMS") else Channel.EMAIL)

    assert groups() == []


def test_what_is_sent_again_leaves_the_inbox_and_may_come_back_for_another_cause(
    place: Place, change: Change, groups: Callable[..., list[Group]]
) -> None:
    placed = _fail(place, change, Status.SMS_FAILED_EXPIRED, "expired_at_operator", count=2)

    change(rows.move, [placed.first_id], Status.SMS_NEW, reason=None)
    assert [one.count for one in groups()] == [1]

    change(rows.move, [placed.first_id], Status.SMS_FAILED_BARRED_RECEIVER, reason="barred")
    assert {(one.status, one.count) for one in groups()} == {
        (Status.SMS_FAILED_EXPIRED, 1),
        (Status.SMS_FAILED_BARRED_RECEIVER, 1),
    }


def test_counts_are_right_whoever_writes_at_once(app: Flask, place: Place, groups: Callable[..., list[Group]]) -> None:
    placed = place({Status.SMS_ACCEPTED: 60}, status=ShipmentStatus.PROCESSED)

    def work(part: int) -> None:
        with app.app_context():
            for notification_id in list(placed.ids)[part::4]:
                rows.move([notification_id], Status.SMS_FAILED if notification_id % 2 else Status.SMS_FAILED_DELETED)
                db.session.rollback() if notification_id % 5 == 0 else db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with app.app_context():
        counted = dict(db.session.execute(text("select group_id, count(*) from failure group by 1")).all())
        kept = dict(db.session.execute(text("select group_id, sum(n)::int from failure_count group by 1")).all())
        failed = db.session.scalar(text("select count(*) from notification_state where status in (29, 33)"))
    assert counted == kept
    assert sum(kept.values()) == failed == 48


def test_failures_from_before_the_inbox_stand_in_it_after_the_upgrade(
    app: Flask, database_url: str, place: Place, groups: Callable[..., list[Group]]
) -> None:
    from alembic import command

    from app.migrate import _config

    config = _config(database_url)
    place({Status.SMS_FAILED: 3, Status.SMS_DELIVERED: 2})
    with app.app_context():
        db.session.execute(text("delete from failure"))
        db.session.execute(text("delete from failure_count"))
        db.session.commit()
        db.engine.dispose()
    command.downgrade(config, "0014")
    command.upgrade(config, "head")

    assert [one.count for one in groups()] == [3]


def test_a_group_says_what_it_means_what_to_do_and_who_can(
    support: Visitor, place: Place, change: Change, app: Flask
) -> None:
    placed = place({Status.SMS_ACCEPTED: 1}, status=ShipmentStatus.PROCESSED)
    with app.app_context():
        db.session.execute(text("update notification set country = 'ES'"))
        db.session.commit()
    change(rows.attempt, placed.first_id, sender="Skatteetaten")
    change(rows.move, placed.ids, Status.SMS_FAILED_REJECTED, reason="rejected_by_operator")

    page = support.get("/failures").text

    assert "Spain refuses Skatteetaten: The operator refused it." in page
    assert "Register the sender ID in that country, or send from a number." in page
    assert "Who can: an administrator." in page


def test_what_failed_in_the_simulator_says_what_its_status_means_and_what_to_do(
    support: Visitor, place: Place, change: Change
) -> None:
    _fail(place, change, Status.SMS_FAILED_UNDELIVERED, "simulated", route=Route.SIMULATED)
    _fail(place, change, Status.SMS_FAILED_EXPIRED, "simulated", route=Route.SIMULATED)

    page = unescape(support.get("/failures").text).partition('id="failures-live"')[2]

    for status in (Status.SMS_FAILED_UNDELIVERED, Status.SMS_FAILED_EXPIRED):
        assert WORDING[status].meaning in page
        assert WORDING[status].advice in page
    assert "The simulator answered" not in page
    assert "nobody needs to" not in page


def test_the_inbox_is_filtered(desk: Any, place: Place, change: Change, groups: Callable[..., list[Group]]) -> None:
    _fail(place, change, Status.SMS_FAILED_BARRED_RECEIVER, "barred")
    _fail(place, change, Status.SMS_FAILED_EXPIRED, "expired_at_operator", owner=desk.theirs)
    place({Status.EMAIL_FAILED_BOUNCED: 1}, channel=Channel.EMAIL, route=Route.SIMULATED)

    def statuses(**wanted: Any) -> set[str]:
        return {one.status.name for one in groups(**wanted)}

    assert statuses(service_owner_id=desk.theirs) == {"SMS_FAILED_EXPIRED"}
    assert statuses(channel=Channel.EMAIL) == {"EMAIL_FAILED_BOUNCED"}
    assert statuses(reason="barred") == {"SMS_FAILED_BARRED_RECEIVER"}
    assert statuses(status=Status.SMS_FAILED_EXPIRED) == {"SMS_FAILED_EXPIRED"}
    assert statuses(route="simulated") == {"EMAIL_FAILED_BOUNCED"}
    assert statuses(route="real") == {"SMS_FAILED_BARRED_RECEIVER", "SMS_FAILED_EXPIRED"}
    assert statuses(gateway="link") == {"SMS_FAILED_BARRED_RECEIVER", "SMS_FAILED_EXPIRED"}
    assert statuses(country="ES") == set()


def test_the_page_refreshes_only_when_something_changed(support: Visitor, place: Place) -> None:
    part = support.get("/failures", headers={"HX-Request": "true"})
    seen = {"HX-Request": "true", "If-None-Match": part.headers["ETag"]}
    assert "Nothing waits here" in part.text
    assert support.get("/failures", headers=seen).status_code == 304

    place({Status.SMS_FAILED: 2})

    later = support.get("/failures", headers=seen)
    assert later.status_code == 200
    assert "+2 in an hour" in later.text


def _url(groups: Callable[..., list[Group]]) -> str:
    return f"/failures/{groups()[0].id}"


def test_a_group_opens_to_its_notifications_covered(
    support: Visitor, place: Place, groups: Callable[..., list[Group]]
) -> None:
    placed = place({Status.SMS_FAILED: 60})

    page = support.get(_url(groups)).text

    assert page.count('id="failure-link-') == 50
    assert f'id="failure-link-{placed.last_id}"' in page
    assert "+479000" not in page
    assert "+47 9•• •• •" in page
    assert 'rel="next"' in page


def test_a_group_is_assigned_noted_and_followed(
    app: Flask, support: Visitor, administrator: Visitor, somebody: Callable[..., Somebody], place: Place,
    groups: Callable[..., list[Group]],
) -> None:  # fmt: skip
    colleague = somebody("sanna", support=True)
    place({Status.SMS_FAILED: 1})
    url = _url(groups)

    support.post(f"{url}/assign", {"person": str(colleague.id)}, page=url)
    administrator.post(f"{url}/follow", {"follow": "yes"}, page=url)
    support.post(f"{url}/note", {"words": "Asked the operator"}, page=url)

    page = support.get(url).text
    assert "Asked the operator" in page
    assert [one.assigned_to for one in groups(assigned_to_id=colleague.id)] == ["Sanna"]
    with app.app_context():
        told = {email.to for email in db.session.scalars(select(SystemEmail))}
        actions = set(db.session.scalars(select(AuditEntry.action)))
    assert told == {"sanna@ttd.example", "anne@ttd.example"}
    assert {"failures.assigned", "failures.noted"} <= actions


def test_a_note_holds_no_personal_data(support: Visitor, place: Place, groups: Callable[..., list[Group]]) -> None:
    place({Status.SMS_FAILED: 1})
    url = _url(groups)

    answer = support.post(f"{url}/note", {"words": "Call 912 34 567"}, page=url)

    assert answer.status_code == 422
    assert "Leave out phone numbers" in answer.text


def test_an_unknown_group_is_an_unknown_page(support: Visitor) -> None:
    assert support.get("/failures/77").status_code == 404


def test_senders_have_no_inbox(sender: Visitor) -> None:
    assert sender.get("/failures").status_code == 403


def test_removed_notifications_leave_the_inbox(app: Flask, place: Place, groups: Callable[..., list[Group]]) -> None:
    place({Status.SMS_FAILED: 2})
    with app.app_context():
        db.session.execute(text("delete from notification_state"))
        db.session.commit()
        assert db.session.scalars(select(Failure)).all() == []
        assert sum(db.session.scalars(select(FailureCount.n))) == 0

    assert groups() == []
    assert utcnow()


def test_a_failure_whose_other_channel_took_over_is_resolved(
    app: Flask, place: Place, groups: Callable[..., list[Group]]
) -> None:
    placed = place({Status.SMS_FAILED_REJECTED: 2})
    with app.app_context():
        common = {"shipment_id": placed.shipment_id, "channel": Channel.EMAIL, "country": "", "part": 0, "row_no": 1}
        instead = Notification(id=10**9, address="kari@example.com", instead_of=placed.first_id, **common)
        db.session.add(instead)
        db.session.commit()

    assert [one.count for one in groups()] == [1]


def test_what_a_sender_stopped_on_purpose_is_not_for_the_desk_to_mend(
    place: Place, change: Change, groups: Callable[..., list[Group]]
) -> None:
    placed = place({Status.SMS_NEW: 3}, status=ShipmentStatus.PROCESSED)

    change(rows.move, placed.ids[:2], Status.SMS_FAILED, reason="stopped")
    change(rows.move, placed.ids[2:], Status.SMS_FAILED)

    assert [(one.reason, one.count) for one in groups()] == [("", 1)]
