"""A registration moves along its table and in no other way, whoever tries what."""

from collections.abc import Callable
from itertools import product

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.country_rules.terms import RegistrationStatus as Status
from app.db import db
from app.sender_ids import picture, service, words
from app.sender_ids.models import RegistrationStep
from app.sender_ids.moves import CHANGEABLE, MOVES, OPEN, WAITS_ON, Mover, move, moves_from
from app.sender_ids.refusals import RegistrationRefused
from tests.fixtures.desk import Visitor
from tests.sender_ids.conftest import People, status_of

ANYBODY = st.frozensets(st.sampled_from(Mover))


@given(st.lists(st.tuples(st.sampled_from(Status), ANYBODY), max_size=12))
def test_no_walk_leaves_the_table(tries: list[tuple[Status, frozenset[Mover]]]) -> None:
    now = Status.DRAFT
    for wanted, movers in tries:
        found = move(now, wanted)
        if found is not None and found.by & movers:
            assert found in moves_from(now, movers)
            now = wanted
        else:
            assert all(one.new is not wanted for one in moves_from(now, movers))

    assert now is Status.DRAFT or any(one.new is now for one in MOVES)


def test_each_pair_of_statuses_stands_in_the_table_once_and_nothing_follows_itself() -> None:
    pairs = [(one.old, one.new) for one in MOVES]

    assert len(pairs) == len(set(pairs))
    assert all(old is not new for old, new in pairs)
    deeds = [(one.old, one.deed) for one in MOVES]
    assert len(deeds) == len(set(deeds))


def test_a_sender_never_approves_and_time_only_ends() -> None:
    assert all(Mover.SENDER not in one.by for one in MOVES if one.new in (Status.APPROVED, Status.IN_REVIEW))
    assert {one.new for one in MOVES if Mover.TIME in one.by} == {Status.EXPIRED}
    assert all(one.by == {Mover.TIME} for one in MOVES if Mover.TIME in one.by)


def test_what_is_revoked_or_withdrawn_stays_so() -> None:
    assert moves_from(Status.REVOKED, frozenset(Mover)) == ()
    assert moves_from(Status.WITHDRAWN, frozenset(Mover)) == ()
    assert set(WAITS_ON) < OPEN
    assert CHANGEABLE[Mover.SENDER] < CHANGEABLE[Mover.ADMINISTRATOR]


def test_the_picture_has_every_status_and_every_move_of_the_table() -> None:
    drawn = picture.picture_of(Status.DRAFT)

    assert {box.status for box in drawn.boxes} == set(Status)
    assert len(drawn.arrows) == sum(one.old is not None for one in MOVES)
    assert sum(arrow.is_current for arrow in drawn.arrows) == len(moves_from(Status.DRAFT, frozenset(Mover)))
    assert [box.status for box in drawn.boxes if box.is_current] == [Status.DRAFT]
    for box in drawn.boxes:
        assert 0 <= box.left <= picture.WIDTH - box.width
        assert 0 <= box.top <= picture.HEIGHT - box.height
    apart = [(one, other) for one, other in product(drawn.boxes, repeat=2) if one is not other]
    assert all(
        abs(one.left - other.left) >= one.width or abs(one.top - other.top) >= one.height for one, other in apart
    )


def test_every_status_deed_and_mover_has_words() -> None:
    assert set(words.STATUSES) == set(words.COLORS) == set(Status)
    assert {one.deed for one in MOVES} <= set(words.DEEDS)
    assert set(words.MOVERS) == set(Mover)


@pytest.mark.parametrize("old", list(Status))
def test_the_service_refuses_what_is_not_in_the_table(
    app: Flask, registration: Callable[..., int], old: Status
) -> None:
    registration_id = registration(old.value)

    for new, mover in product(Status, (Mover.SENDER, Mover.ADMINISTRATOR)):
        one = move(old, new)
        if one is not None and mover in one.by:
            continue
        with app.app_context():
            [row] = service.locked([registration_id])
            with pytest.raises(RegistrationRefused):
                service.move_on(row, new, frozenset({mover}), reason="Because")
            db.session.rollback()
    assert status_of(app, registration_id) is old


def test_from_a_draft_to_an_approval_through_the_pages(
    app: Flask, registration: Callable[..., int], sender: Visitor, administrator: Visitor
) -> None:
    one = f"/sender-ids/{registration()}"

    for browser, deed in ((sender, "submit"), (administrator, "hand_on")):
        page = f"{one}/move/{deed}"
        assert browser.post(page, {"due_on": ""}, page=page).status_code == 303
    page = f"{one}/move/approve"
    answer = administrator.post(
        page, {"approved_hosts": "skatt.no", "reference": "FI-1", "holder_country": "NO"}, page=page
    )

    assert answer.status_code == 303
    shown = sender.get(one).text
    assert "Approved" in shown
    assert "FI-1" in shown
    with app.app_context():
        steps = db.session.query(RegistrationStep).order_by(RegistrationStep.id).all()
        assert [step.new_status for step in steps] == ["draft", "submitted", "in_review", "approved"]


def test_a_sender_may_not_carry(registration: Callable[..., int], sender: Visitor) -> None:
    one = f"/sender-ids/{registration('submitted')}"

    answer = sender.get(f"{one}/move/hand_on", follow_redirects=True)

    assert "Somebody was faster" in answer.text
    assert sender.get(f"{one}/move/no-such").status_code == 404
    assert sender.post(f"{one}/operators", {"operator": "Elisa"}, page=f"{one}/move/withdraw").status_code == 403


@pytest.mark.parametrize("deed", ["ask_for_more", "reject"])
def test_what_needs_a_reason_is_not_done_without(
    app: Flask, registration: Callable[..., int], administrator: Visitor, deed: str
) -> None:
    registration_id = registration("in_review")
    page = f"/sender-ids/{registration_id}/move/{deed}"

    answer = administrator.post(page, {"due_on": "2027-01-01"}, page=page)

    assert answer.status_code == 422
    assert "Give a reason" in answer.text
    assert status_of(app, registration_id) is Status.IN_REVIEW


def test_what_the_country_requires_is_asked_for_before_it_goes_on(
    app: Flask, registration: Callable[..., int], sender: Visitor
) -> None:
    registration_id = registration(country="ES")
    page = f"/sender-ids/{registration_id}/move/submit"

    answer = sender.post(page, page=page)

    assert answer.status_code == 422
    assert "Representative" in answer.text
    assert "Power of attorney" in answer.text
    assert status_of(app, registration_id) is Status.DRAFT


def test_two_open_registrations_of_one_sender_id_are_never_made(
    app: Flask, people: People, registration: Callable[..., int], administrator: Visitor
) -> None:
    old = registration("expired")
    registration()
    page = f"/sender-ids/{old}/move/begin_again"

    answer = administrator.post(page, page=page)

    assert answer.status_code == 422
    assert "Go on with that one" in answer.text
    assert status_of(app, old) is Status.EXPIRED
