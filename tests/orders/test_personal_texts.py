"""What is checked, shown and sent is filled in one way: defaults, switched words, names from registers, languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.contacts import service as contacts
from app.contacts.service import Details
from app.db import db
from app.dispatch import jobs as dispatch
from app.dispatch.claim import claim
from app.dispatch.decide import decide
from app.messaging.identity import parse_any
from app.messaging.segments import count_segments
from app.messaging.status import Channel
from app.orders import checked, keywords, message, queries, service
from app.orders.check import Order
from app.orders.editing import differing
from app.orders.message import OneChannel
from app.orders.models import CheckLine, OrderCheck
from tests.fixtures.desk import Visitor
from tests.fixtures.identities import organisation_number, tenor_persons
from tests.orders.drafting import Desk, check_now, draft_of, email, sms, upload

[ANNE], JOINER = tenor_persons(1), organisation_number(31_000_000)
FILE = (
    "mobil;navn;purring;språk\n+4741000001;Kari;ja;nn\n+4741000002;;nei;en\n+4741000003;Ola;;nb\n+4741000004;Li;;fr\n"
)
NYNORSK = {"sms_text": "Hei ((navn|innbyggjar)), ein song til.", "email_subject": "", "email_text": ""}


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def checked_draft(desk: Desk, content: service.Content, pasted: str = "", *files: str) -> Order:
    """A draft with recipients, checked as it stands."""
    return check_now(draft_of(desk, content, pasted, *files).id)


def warnings_of(draft: Order) -> list[str]:
    """What the check page says is worth a look."""
    ran = db.session.get_one(OrderCheck, draft.id)
    return list(checked.look(draft, ran, queries.intakes(draft.id)).warnings)


def previews(draft: Order) -> list[str]:
    """The SMS, or the e-mail's text, of each row as the check page shows it."""
    rows, row = [], queries.row_after(draft.id)
    while row is not None:
        shown = checked.shown(draft, row)
        assert shown is not None
        rows.append(shown.messages[0].message.text)
        row = shown.next
    return rows


def sent(draft: Order, desk: Desk) -> list[Any]:
    """What the gateway would be handed, in the order of the rows."""
    assert service.place(draft.id, draft.revision, desk.person_id).outcome is service.PlaceOutcome.PLACED
    db.session.commit()
    dispatch.look_up()
    dispatch.start()
    claimed = claim()
    assert claimed is not None
    return decide(claimed.content, claimed.rows, claimed.gateway).letters


def test_defaults_and_switched_words_are_checked_shown_and_sent_alike(inside: None, desk: Desk) -> None:
    draft = checked_draft(desk, sms("Hei ((navn|innbygger)).((purring?? Dette er en purring.))"), "", FILE)

    seen, letters = previews(draft), sent(draft, desk)

    expected = ["Hei Kari. Dette er en purring.", "Hei innbygger.", "Hei Ola.", "Hei Li."]
    assert seen == expected
    assert [letter.message.text for letter in letters] == expected
    assert [letter.own_text for letter in letters] == expected
    assert [letter.segments for letter in letters] == [1, 1, 1, 1]


def test_each_recipient_reads_their_own_language_and_others_the_first(inside: None, desk: Desk) -> None:
    wordings = {"nn": NYNORSK, "en": {**NYNORSK, "sms_text": "Hello ((navn|citizen))."}}
    content = sms("Hei ((navn)).", language="nb", language_column="Språk", wordings=wordings)
    draft = checked_draft(desk, content, "+4741000009", FILE)

    found = warnings_of(draft)
    assert "1 recipient reads a language that the order does not speak, and gets Norwegian Bokmål." in found
    assert any(text.startswith("No column of The pasted text says which language") for text in found) is True


def test_each_language_is_sent_to_those_who_read_it(inside: None, desk: Desk) -> None:
    wordings = {"nn": NYNORSK, "en": {**NYNORSK, "sms_text": "Hello ((navn|citizen))."}}
    content = sms("Hei ((navn|du)).", language="nb", language_column="Språk", wordings=wordings)
    draft = checked_draft(desk, content, "", FILE)

    seen, letters = previews(draft), sent(draft, desk)

    assert seen == ["Hei Kari, ein song til.", "Hello citizen.", "Hei Ola.", "Hei Li."]
    assert [letter.message.text for letter in letters] == seen


def test_a_formatted_e_mail_says_in_which_language_it_is(inside: None, desk: Desk) -> None:
    nynorsk = {
        "sms_text": "",
        "email_subject": "Brev til ((navn))",
        "email_text": "**Hei** ((navn))((purring?? og *ver snill*))",
    }
    content = email("Brev", "Hei ((navn|du))", email_is_markdown=True, language="nb", language_column="språk",
                    wordings={"nn": nynorsk})  # fmt: skip
    file = "e-post;navn;purring;språk\nkari@ttd.example;<Kari>;ja;nn\nola@ttd.example;;;nb\n"

    first, second = [letter.message for letter in sent(checked_draft(desk, content, "", file), desk)]

    assert first.subject == "Brev til <Kari>"
    assert '<html lang="nn">' in first.html
    assert "<strong>Hei</strong> &lt;Kari&gt; og <em>ver snill</em>" in first.html
    assert '<html lang="nb">' in second.html
    assert "<p>Hei du</p>" in second.html


def test_names_and_organisation_numbers_come_from_registers_and_a_persons_number_is_never_sent(
    inside: None, desk: Desk
) -> None:
    contacts.add(parse_any(ANNE), Details("Anne Test", phones=("+4741000011",)))
    contacts.add(parse_any(JOINER), Details("Snekkeriet AS", phones=("+4741000012",)))
    db.session.commit()
    draft = checked_draft(desk, sms("Til $recipientName$ $recipientNumber$."), f"{ANNE}\n{JOINER}\n+4741000013")

    seen, letters = previews(draft), sent(draft, desk)

    assert seen == ["Til Anne Test .", f"Til Snekkeriet AS {JOINER}.", "Til  ."]
    assert sorted(letter.message.text for letter in letters) == sorted(seen)


def test_names_are_kept_for_no_text_that_does_not_ask_for_them(inside: None, desk: Desk) -> None:
    contacts.add(parse_any(ANNE), Details("Anne Test", phones=("+4741000011",)))
    db.session.commit()

    draft = checked_draft(desk, sms("Hei"), ANNE)

    row = queries.row_after(draft.id)
    assert row is not None
    assert row.register_name is None


def test_the_check_says_what_is_worth_a_look_about_values_and_columns(inside: None, desk: Desk) -> None:
    text = "Hei ((navn)) ((by|Norge)), $recipientName$. ((purring??" + "Betal nå. " * 20 + "))"

    found = warnings_of(checked_draft(desk, sms(text), "", FILE))

    assert "((navn)) is empty in 1 row." in found
    assert "$recipientName$ is empty in 4 rows." in found
    assert "4 rows have no value for ((by)), and get “Norge”." in found
    assert "list1.csv has no column for ((by)): all of its rows get “Norge”." in found
    assert "Its values push 1 SMS to another segment: it takes up to 2, where most take 1." in found
    assert "The text does not use these columns of list1.csv: språk." in found


def test_a_keyword_within_other_words_must_be_mended(inside: None, desk: Desk) -> None:
    draft = checked_draft(desk, sms("((purring??Hei $recipientName$))"), "", FILE)

    assert service.place(draft.id, draft.revision, desk.person_id).outcome is service.PlaceOutcome.BLOCKED


def test_a_draft_in_two_languages_is_saved_and_shown(app: Flask, desk: Desk, sender: Visitor) -> None:
    posted = {"channel": "sms", "send_when": "now", "window": "anytime", "service_owner_id": desk.service_owner_id}
    words = {"sms_text": "Hei", "language": "nb", "sms_text_en": "Hello", "sms_text_nb": "not mine",
             "language_column": "lang", "action": "save"}  # fmt: skip

    answer = sender.post("/orders/new", {**posted, **words}, page="/orders/new")

    page = sender.get(answer.location).text
    assert "Hello</textarea>" in page
    assert "not mine" not in page
    with app.app_context():
        draft = db.session.query(Order).one()
        assert draft.wordings == {"en": {"sms_text": "Hello", "email_subject": "", "email_text": ""}}
        assert (draft.language, draft.language_column) == ("nb", "lang")


def test_the_fields_of_a_language_are_added_to_what_is_typed(sender: Visitor) -> None:
    typed = {"channel": "sms", "sms_text_en": "Hello", "spoken_too": "se"}

    part = sender.post("/orders/languages/nn", typed, page="/orders/new").text

    assert "Hello</textarea>" in part
    assert part.count('name="spoken_too"') == 3
    assert sender.post("/orders/languages/sv", typed, page="/orders/new").status_code == 404


def test_while_typing_unused_columns_links_and_other_languages_are_told(
    app: Flask, desk: Desk, sender: Visitor
) -> None:
    with app.app_context():
        draft_id = draft_of(desk, sms()).id
        upload(draft_id, FILE)
    typed = {"order_id": draft_id, "sms_text": "Hei ((navn)), se nav.no ((by)) ((a??$recipientName$))"}

    told = sender.post("/orders/measure", typed, page="/orders/new").text
    others = sender.post(
        "/orders/measure-languages",
        {"order_id": draft_id, "channel": "sms", "sms_text_se": "č ((by))"},
        page="/orders/new",
    ).text

    assert "Columns that the text does not use: purring, språk" in told
    assert '<span class="code">nav.no</span>' in told
    assert '<span class="code">((by))</span> <span class="ds-tag" data-color="danger">no such column' in told
    assert "would be sent as it stands" in told
    assert "Northern Sámi" in others
    assert "UCS-2" in others
    assert "no such column" in others


TEXT = st.lists(
    st.sampled_from(["Hei ", "((a))", "((b|du))", "((a??ja ))", "$recipientName$", "$recipientNumber$", "č", "x" * 70]),
    min_size=1,
    max_size=6,
).map("".join)
CELL = st.sampled_from(["", "ja", "Kari", "č", "y" * 80]) | st.none()


@given(TEXT, TEXT, st.sampled_from(["nb", "nn", "", "fr"]), st.tuples(CELL, CELL), CELL)
def test_the_check_never_counts_fewer_segments_than_are_sent(
    first: str, second: str, language: str, cells: tuple[str | None, str | None], name: str | None
) -> None:
    wordings = {"nn": {"sms_text": second, "email_subject": "", "email_text": ""}}
    texts = OneChannel(Channel.SMS, first, "", "", "nb", "lang", wordings)
    columns = keywords.columns_with(["a", "b", "lang"])
    values = keywords.cells_with([*cells, language], 3, 1, name, None)

    filled = message.composer(texts, columns)(values)

    assert message.weigh(filled, Channel.SMS).segments in (0, count_segments(filled.text))
    assert message.hosts_finder(texts, columns)(values, filled.text) == frozenset()


def test_segments_of_every_row_are_those_that_were_checked(inside: None, desk: Desk) -> None:
    draft = checked_draft(desk, sms("((navn|du)) ((purring??" + "æ" * 200 + "))"), "", FILE)
    lines = {line.segments: line.recipients for line in db.session.query(CheckLine)}

    letters = sent(draft, desk)

    assert lines == {2: 1, 1: 3}
    assert sorted(letter.segments for letter in letters) == [1, 1, 1, 2]


def test_the_check_leads_to_the_first_row_that_takes_the_most_segments(app: Flask, desk: Desk, sender: Visitor) -> None:
    with app.app_context():
        text = "((navn|du)) ((språk)) ((purring??" + "æ" * 200 + "))"
        draft_id = checked_draft(desk, sms(text), "", FILE.replace("Ola;", "Ola;ja")).id

    page = sender.get(f"/orders/{draft_id}/check?part=1&row=3").text

    assert f'href="/orders/{draft_id}/check?part=1&amp;row=2">Show the first row' in page
    assert "Show the first row" not in sender.get(f"/orders/{draft_id}/check?part=1&row=2").text


def test_the_orders_page_shows_the_texts_of_every_language(app: Flask, desk: Desk, sender: Visitor) -> None:
    with app.app_context():
        words = {"language": "nb", "language_column": "språk", "wordings": {"nn": NYNORSK}}
        draft = checked_draft(desk, sms("Hei ((navn|du)).", **words), "", FILE)
        service.place(draft.id, draft.revision, desk.person_id)
        db.session.commit()
        order_id = draft.id

    page = sender.get(f"/orders/{order_id}").text

    assert "Norwegian Nynorsk" in page
    assert "<mark>((navn|innbyggjar))</mark>, ein song til." in page
    assert "stands in the column “språk”" in page


def test_who_would_write_over_another_language_sees_both_texts(inside: None, desk: Desk) -> None:
    english = {"sms_text": "Hello", "email_subject": "", "email_text": ""}
    draft = draft_of(desk, sms("Hei", language="nb", wordings={"en": english}))

    found = differing.between(draft, sms("Hei", language="nn", wordings={"en": {**english, "sms_text": "Hi"}}), "")

    told = {one.name: (one.stored, one.typed) for one in found}
    assert told["Texts in other languages"] == ("English: Hello", "English: Hi")
    assert told["Language of the texts"] == ("Norwegian Bokmål", "Norwegian Nynorsk")
