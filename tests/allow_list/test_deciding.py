"""Approving, rejecting, renewing and revoking; nobody approves their own, and no cap is overstepped."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts import queries as accounts
from app.allow_list import days, service
from app.allow_list.models import Entry, EntryStatus
from app.allow_list.refusals import AllowListRefused
from app.db import db
from app.web.days import begin_of, end_of, today
from tests.allow_list.conftest import NUMBER, People, stored
from tests.fixtures.desk import Somebody, Visitor


def numbers(count: int) -> list[str]:
    return [f"+47412345{n:02d}" for n in range(count)]


def test_many_are_approved_at_once(app: Flask, administrator: Visitor, entry: Callable[..., int]) -> None:
    ids = [entry(number) for number in numbers(3)]

    answer = administrator.post(
        "/allow-list/requests", {"entry": ids[:2], "deed": "approve"}, page="/allow-list/requests"
    )

    assert answer.status_code == 303
    assert [stored(app, one).status for one in ids] == [EntryStatus.ACTIVE, EntryStatus.ACTIVE, EntryStatus.REQUESTED]


def test_rejecting_wants_a_reason_which_the_one_who_asked_reads(
    app: Flask, administrator: Visitor, sender: Visitor, entry: Callable[..., int]
) -> None:
    entry_id, page = entry(), "/allow-list/requests"

    refused = administrator.post(page, {"entry": [entry_id], "deed": "reject"}, page=page)
    done = administrator.post(page, {"entry": [entry_id], "deed": "reject", "reason": "Whose is it?"}, page=page)

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "Give a reason for rejecting." in refused.text
    assert "Whose is it?" in sender.get(f"/allow-list/{entry_id}").text


def test_deciding_nothing_says_so_and_blames_no_field(administrator: Visitor, entry: Callable[..., int]) -> None:
    entry()

    answer = administrator.post("/allow-list/requests", {"deed": "approve"}, page="/allow-list/requests")

    assert answer.status_code == 422
    assert '<a class="ds-link" href="#main">Choose at least one number.</a>' in answer.text
    assert 'id="reason-error"' not in answer.text


def test_what_waits_stands_on_the_front_page(administrator: Visitor, entry: Callable[..., int]) -> None:
    before = administrator.get("/front").text
    for number in numbers(2):
        entry(number)

    after = administrator.get("/front").text

    assert "Nobody has asked for a number on the allow-list." in before
    assert '<a class="ds-link" href="/allow-list/requests">2 numbers for ttd</a>' in after


def test_nobody_approves_their_own_request_while_there_is_another_administrator(
    app: Flask, people: People, entry: Callable[..., int], somebody: Callable[..., Somebody]
) -> None:
    entry_id = entry()
    with app.test_request_context():
        kari = accounts.person(people.kari.id)
        assert kari is not None
        kari.is_administrator = True
        db.session.flush()
        [held] = service.locked([entry_id])
        with pytest.raises(AllowListRefused, match="Nobody approves their own request"):
            service.approve(held, kari)


def test_the_only_administrator_may_and_it_is_marked(app: Flask, people: People, entry: Callable[..., int]) -> None:
    entry_id = entry()
    with app.test_request_context():
        kari, astrid = accounts.person(people.kari.id), accounts.person(people.astrid.id)
        assert kari is not None
        assert astrid is not None
        kari.is_administrator, astrid.is_administrator = True, False
        db.session.flush()
        [held] = service.locked([entry_id])
        service.approve(held, kari)
        db.session.commit()

    assert stored(app, entry_id).decided_alone


def test_two_approvals_at_once_cannot_both_take_the_last_place(
    app: Flask, people: People, entry: Callable[..., int]
) -> None:
    ids, both = [entry(number) for number in numbers(2)], threading.Barrier(2)
    with app.test_request_context():
        service.change_caps(1000, {people.owner: 1})
        db.session.commit()

    def approve(entry_id: int) -> None:
        with app.test_request_context():
            both.wait()
            astrid = accounts.person(people.astrid.id)
            assert astrid is not None
            service.approve_many([entry_id], astrid)
            db.session.commit()

    threads = [threading.Thread(target=approve, args=[entry_id]) for entry_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(stored(app, one).status for one in ids) == [EntryStatus.REQUESTED, EntryStatus.ACTIVE]


def test_the_cap_of_the_installation_holds_for_all(
    app: Flask, administrator: Visitor, people: People, entry: Callable[..., int]
) -> None:
    page = "/allow-list/caps"
    administrator.post(page, {"whole": "0", f"owner_{people.owner}": "5"}, page=page)

    answer = administrator.post(f"/allow-list/{entry()}/approve", page="/allow-list")

    assert "The installation has its 0 active numbers." in administrator.get(answer.location).text


def test_a_renewal_lasts_90_days_and_never_past_365(app: Flask, sender: Visitor, entry: Callable[..., int]) -> None:
    entry_id = entry(active=True)
    with app.app_context():
        found = db.session.get_one(Entry, entry_id)
        found.from_at = begin_of(today() - timedelta(days=300))
        found.until_at = end_of(today() + timedelta(days=5))
        db.session.commit()
    assert "1 number expires within 14 days" in sender.get("/allow-list").text

    sender.post(f"/allow-list/{entry_id}/renew", page="/allow-list")
    again = sender.post(f"/allow-list/{entry_id}/renew", page="/allow-list")

    assert days.last_day_of(stored(app, entry_id).until_at) == today() + timedelta(days=64)
    assert "It cannot be renewed further" in sender.get(again.location).text


def test_a_revoked_number_is_not_active_and_says_why(app: Flask, sender: Visitor, entry: Callable[..., int]) -> None:
    entry_id = entry(active=True)

    sender.post(f"/allow-list/{entry_id}/revoke", {"reason": "The phone was sold."}, page="/allow-list")

    page = sender.get(f"/allow-list/{entry_id}").text
    assert stored(app, entry_id).status == EntryStatus.REVOKED
    assert "The phone was sold." in page
    assert "Revoked it" in page


def test_the_table_is_filtered_by_status_and_searched_without_the_number_in_the_address(
    sender: Visitor, entry: Callable[..., int]
) -> None:
    entry(active=True)
    entry("+4747654321")

    found = sender.post("/allow-list", {"search": "412 34 567"}, page="/allow-list")

    assert "41234567" not in found.location
    page = sender.get(found.location).text
    assert NUMBER in page
    assert "+4747654321" not in page
    assert "+4747654321" not in sender.get("/allow-list?status=active").text
    assert sender.get("/allow-list?status=nonsense").status_code == 404


def test_production_says_that_the_list_has_no_effect(app: Flask, sender: Visitor) -> None:
    app.config["ENVIRONMENT"] = "production"

    page = sender.get("/allow-list").text

    assert "the allow-list has no effect here" in page
    assert 'data-environment="production"' in page
