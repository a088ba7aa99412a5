"""Templates are written, changed, compared and archived by the senders of their service owner."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditEntry
from app.db import db
from app.texts.models import TextTemplate, TextVersion
from tests.fixtures.desk import Somebody, Visitor

NEW = {
    "name": "Frist for skatt",
    "language": "nb",
    "sms_text_nb": "Hei ((navn)), fristen er 1. mai.",
    "sms_text_en": "Hello ((navn)), the deadline is 1 May.",
}


@pytest.fixture
def owner(service_owner: Callable[..., int]) -> int:
    return service_owner("ttd")


@pytest.fixture
def sender(owner: int, somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]) -> Visitor:
    return visitor().sign_in(somebody("kari", sends_for=[owner]))


def made(sender: Visitor, **changes: str) -> str:
    answer = sender.post("/templates/new", {**NEW, **changes}, page="/templates/new")
    assert answer.status_code == 303, answer.text
    return answer.location


def test_without_templates_the_list_says_what_they_are_for(sender: Visitor) -> None:
    assert "No templates yet" in sender.get("/templates").text


def test_a_template_is_made_and_listed_with_its_channels_and_languages(sender: Visitor) -> None:
    url = made(sender)

    shown, listed = sender.get(url).text, sender.get("/templates").text
    assert "Frist for skatt" in shown
    assert "Version 1" in shown
    assert "the deadline is 1 May." in shown
    assert "Norwegian Bokmål, English" in " ".join(listed.split())
    assert ">SMS</td>" in listed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Enter a name."),
        ({"language": "en", "sms_text_en": ""}, "Write an SMS or an e-mail in this language."),
        ({"sms_text_nb": "", "email_subject_nb": "Frist"}, "Enter a text."),
        ({"language": "sv"}, "Not a valid choice."),
    ],
)
def test_a_template_that_says_nothing_is_refused_in_words_and_kept_on_the_page(
    sender: Visitor, changes: dict[str, str], said: str
) -> None:
    answer = sender.post("/templates/new", {**NEW, **changes}, page="/templates/new")

    assert answer.status_code == 422
    assert said in answer.text
    assert "the deadline is 1 May." in answer.text or "sms_text_en" in changes


def test_what_lacks_is_listed_as_it_stands_on_the_page(sender: Visitor) -> None:
    refused = sender.post("/templates/new", {"language": "nb"}, page="/templates/new").text

    assert refused.index("Name: Enter a name.") < refused.index("Text of the SMS: Write an SMS or an e-mail")


def test_two_templates_in_use_do_not_share_a_name(sender: Visitor) -> None:
    made(sender)

    answer = sender.post("/templates/new", {**NEW, "name": "FRIST for skatt"}, page="/templates/new")

    assert answer.status_code == 422
    assert "Another template of this service owner has this name." in answer.text


def test_changed_words_make_a_version_with_its_author_and_a_readable_difference(sender: Visitor) -> None:
    url = made(sender)
    changed = {**NEW, "seen_no": "1", "sms_text_nb": "Hei ((navn)), fristen er 15. mai.", "note": "New date"}

    sender.post(f"{url}/edit", changed, page=f"{url}/edit")

    page = sender.get(f"{url}/versions/2").text
    assert '<del><span class="ds-sr-only">removed: </span>1</del>' in page
    assert '<ins><span class="ds-sr-only">added: </span>15</ins>' in page
    assert "Text of the SMS, Norwegian Bokmål" in page
    assert "Text of the SMS, English" not in page
    history = sender.get(url).text
    assert "New date" in history
    assert "Kari" in history


def test_the_same_words_make_no_version(app: Flask, sender: Visitor) -> None:
    url = made(sender)

    answer = sender.post(f"{url}/edit", {**NEW, "seen_no": "1", "name": "Frist"}, page=f"{url}/edit")

    assert answer.status_code == 303
    assert "there is no new version" in sender.get(url).text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(TextVersion)) == 1
        assert db.session.scalar(select(TextTemplate.name)) == "Frist"


def test_who_saves_above_somebody_elses_version_is_told_first(sender: Visitor) -> None:
    url = made(sender)
    sender.post(f"{url}/edit", {**NEW, "seen_no": "1", "sms_text_nb": "Theirs"}, page=f"{url}/edit")

    late = {**NEW, "sms_text_nb": "Mine"}
    refused = sender.post(f"{url}/edit", {**late, "seen_no": "1"}, page=f"{url}/edit")
    again = sender.post(f"{url}/edit", {**late, "seen_no": "2"}, page=f"{url}/edit")

    assert refused.status_code == 422
    assert "Somebody made version 2 meanwhile" in refused.text
    assert "Mine</textarea>" in refused.text
    assert 'name="seen_no" type="hidden" value="2"' in refused.text
    assert again.status_code == 303


def test_any_two_versions_can_be_compared(sender: Visitor) -> None:
    url = made(sender)
    for no in (1, 2):
        changed = {**NEW, "seen_no": str(no), "sms_text_nb": f"Number {no + 1}"}
        sender.post(f"{url}/edit", changed, page=f"{url}/edit")

    assert "What differs from version 1" in sender.get(f"{url}/versions/3?since=1").text
    assert "they say the same" in sender.get(f"{url}/versions/3?since=3").text
    assert "What differs" not in sender.get(f"{url}/versions/1").text
    assert sender.get(f"{url}/versions/3?since=9").status_code == 404
    assert sender.get(f"{url}/versions/3?since=x").status_code == 404
    assert sender.get(f"{url}/versions/99999999").status_code == 404


def test_an_archived_template_leaves_the_list_and_gives_its_name_free(sender: Visitor) -> None:
    url = made(sender)
    sender.post(f"{url}/archive", page=url)

    assert "Frist for skatt" not in sender.get("/templates").text
    assert "Frist for skatt" in sender.get("/templates?show=archived").text
    assert sender.get(f"{url}/edit").status_code == 404

    made(sender)
    sender.post(f"{url}/take-back", page=url)
    assert "Another template has this name by now" in sender.get(url).text


def test_an_archived_template_can_be_taken_back(sender: Visitor) -> None:
    url = made(sender)
    sender.post(f"{url}/archive", page=url)

    sender.post(f"{url}/take-back", page=url)

    assert "Frist for skatt" in sender.get("/templates").text


def test_templates_of_another_service_owner_cannot_be_seen_or_changed(
    sender: Visitor,
    service_owner: Callable[..., int],
    somebody: Callable[..., Somebody],
    visitor: Callable[..., Visitor],
) -> None:
    url = made(sender)
    stranger = visitor().sign_in(somebody("ola", sends_for=[service_owner("skd")]))

    assert stranger.get(url).status_code == 404
    assert stranger.get(f"{url}/edit").status_code == 404
    assert stranger.post(f"{url}/archive", page="/templates/new").status_code == 404
    assert "Frist for skatt" not in stranger.get("/templates").text


def test_an_administrator_reads_every_template_and_changes_none(
    sender: Visitor, somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]
) -> None:
    url = made(sender)
    administrator = visitor().sign_in(somebody("astrid", administrator=True))

    page = administrator.get(url)
    assert page.status_code == 200
    assert "Edit the template" not in page.text
    assert administrator.get(f"{url}/edit").status_code == 403


def test_what_a_version_said_cannot_be_changed_even_in_the_database(app: Flask, sender: Visitor) -> None:
    made(sender)

    with app.app_context(), pytest.raises(DBAPIError, match="only ever added"):
        db.session.execute(text("update text_wording set sms_text = 'other'"))


def test_what_is_done_to_a_template_is_audited_without_its_words(app: Flask, sender: Visitor) -> None:
    url = made(sender)
    sender.post(f"{url}/edit", {**NEW, "seen_no": "1", "sms_text_nb": "Changed", "name": "Other"}, page=f"{url}/edit")
    sender.post(f"{url}/archive", page=url)

    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.object_type == "text_template")).all()
        told = {entry.action: entry.detail for entry in entries}
    assert told == {
        "template.created": {},
        "template.renamed": {},
        "template.revised": {"version": 2},
        "template.archived": {},
    }


def test_a_person_who_sends_for_two_chooses_whose_template_it_is(
    owner: int,
    service_owner: Callable[..., int],
    somebody: Callable[..., Somebody],
    visitor: Callable[..., Visitor],
) -> None:
    other = service_owner("skd")
    sender = visitor().sign_in(somebody("kari", sends_for=[owner, other]))

    refused = sender.post("/templates/new", NEW, page="/templates/new")
    url = made(sender, service_owner_id=str(other))

    assert refused.status_code == 422
    assert "Choose a service owner that you send for." in refused.text
    assert "for SKD" in sender.get(url).text
