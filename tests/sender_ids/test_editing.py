"""Two people at the same registration: nothing that either typed is lost, and both know."""

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.sender_ids.fields import BY_NAME, FIELDS, Kind
from app.sender_ids.models import SenderRegistration
from app.sender_ids.refusals import RegistrationRefused
from app.sender_ids.values import read, written
from tests.fixtures.desk import Visitor
from tests.sender_ids.conftest import WHOLE, People

Stored = Callable[[int], SenderRegistration]


def form(**others: str) -> dict[str, str]:
    said = {name: "\n".join(value) if isinstance(value, list) else value for name, value in WHOLE.items()}
    return {"revision": "1", **said, **others}


@pytest.fixture
def colleague(people: People, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser of the other administrator."""
    return visitor().sign_in(people.arne)


def test_the_second_is_told_what_the_first_changed_and_keeps_what_they_typed(
    registration: Callable[..., int], stored: Stored, administrator: Visitor, colleague: Visitor
) -> None:
    registration_id = registration("submitted")
    page = f"/sender-ids/{registration_id}/edit"
    administrator.post(page, form(holder_name="Skatteetaten HQ", reference="A-1"), page=page)

    answer = colleague.post(page, form(holder_name="The tax office", brand="Mine"), page=page)

    assert answer.status_code == 422
    told = unescape(answer.text)
    assert "Astrid changed it from “Skatteetaten” to “Skatteetaten HQ”; you wrote “The tax office”." in told
    assert 'value="The tax office"' in told
    assert 'value="A-1"' in told
    assert stored(registration_id).holder_name == "Skatteetaten HQ"

    revision = str(stored(registration_id).revision)
    again = form(holder_name="The tax office", reference="A-1", revision=revision)
    assert colleague.post(page, again, page=page).status_code == 303
    kept = stored(registration_id)
    assert (kept.holder_name, kept.reference) == ("The tax office", "A-1")


def test_changes_of_different_fields_are_both_kept(
    registration: Callable[..., int], stored: Stored, administrator: Visitor, colleague: Visitor
) -> None:
    registration_id = registration("submitted")
    page = f"/sender-ids/{registration_id}/edit"
    administrator.post(page, form(reference="A-1"), page=page)

    answer = colleague.post(page, form(use_case="Something new.", reference=""), page=page)

    assert answer.status_code == 303
    kept = stored(registration_id)
    assert (kept.reference, kept.use_case) == ("A-1", "Something new.")
    assert "that is kept" in colleague.get(answer.location).text


def test_both_typing_the_same_is_no_meeting(
    registration: Callable[..., int], administrator: Visitor, colleague: Visitor
) -> None:
    page = f"/sender-ids/{registration('submitted')}/edit"
    administrator.post(page, form(reference="A-1"), page=page)

    assert colleague.post(page, form(reference="A-1"), page=page).status_code == 303


def test_what_cannot_be_kept_is_told_field_by_field_and_stays_typed(
    registration: Callable[..., int], administrator: Visitor
) -> None:
    page = f"/sender-ids/{registration('submitted')}/edit"
    wrong = form(
        contact_email="hanne@", approved_hosts="*.co.uk", valid_from="2027-02-01", valid_until="soon", setup_cost="much"
    )

    answer = administrator.post(page, wrong, page=page)

    assert answer.status_code == 422
    told = unescape(answer.text)
    assert "Anybody can get a name under “co.uk”" in told
    assert "Write the day as 2027-01-31." in told
    assert "Write an amount in kroner." in told
    assert 'value="hanne@"' in told


def test_it_cannot_end_before_it_begins(registration: Callable[..., int], administrator: Visitor) -> None:
    page = f"/sender-ids/{registration('submitted')}/edit"

    answer = administrator.post(page, form(valid_from="2027-02-01", valid_until="2027-02-01"), page=page)

    assert answer.status_code == 422
    assert "It ends before it begins." in answer.text


def test_a_sender_neither_changes_what_came_of_it_nor_what_is_handed_on(
    registration: Callable[..., int], stored: Stored, sender: Visitor
) -> None:
    draft, away = registration(), registration("in_review", sender="Other")
    page = f"/sender-ids/{draft}/edit"

    assert sender.post(page, form(reference="Mine", approved_hosts="skatt.no"), page=page).status_code == 303
    answer = sender.post(f"/sender-ids/{away}/edit", form(holder_name="New"), page=page)

    assert (stored(draft).reference, stored(draft).approved_hosts) == ("", [])
    assert answer.status_code == 422
    assert stored(away).holder_name == "Skatteetaten"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("skatt.no", ["skatt.no"]),
        ("https://www.Skatt.no/a?b=c\n*.skatt.no", ["www.skatt.no", "*.skatt.no"]),
        ("blåbær.no", ["xn--blbr-roah.no"]),
    ],
)
def test_hosts_are_kept_as_hosts_are_compared(typed: str, kept: list[str]) -> None:
    assert read(BY_NAME["approved_hosts"], typed) == kept


@pytest.mark.parametrize("typed", ["no", "co.uk", "*.no", "bit.ly", "skatt", "*", "a b.no", "-.no"])
def test_what_is_no_host_of_anybodys_own_is_refused(app: Flask, typed: str) -> None:
    with app.test_request_context(), pytest.raises(RegistrationRefused):
        read(BY_NAME["approved_hosts"], typed)


@given(st.sampled_from(FIELDS), st.text(max_size=60))
def test_what_is_kept_reads_back_as_itself(field: object, typed: str) -> None:
    try:
        kept = read(field, typed)
    except (RegistrationRefused, RuntimeError):
        return

    assert read(field, written(field, kept)) == kept


def test_every_field_has_a_column_and_a_kind() -> None:
    columns = set(SenderRegistration.__table__.columns.keys())

    assert {field.name for field in FIELDS} <= columns
    assert {field.kind for field in FIELDS} == set(Kind)
