"""An order is filled from a template, and says afterwards which version it was."""

import re

import pytest
from flask import Flask

from app.db import db
from app.messaging.language import Language, Wording
from app.orders import service
from app.orders.models import Order
from app.orders.service import PlaceOutcome
from app.texts import service as texts
from app.texts.service import Said
from tests.fixtures.desk import Visitor
from tests.orders.drafting import Desk, check_now, draft_of, sms

WORDING = Wording("Fristen er 1. mai.", "Frist", "Fristen er 1. mai.\n\nHilsen oss")
ORDER = {"channel": "sms", "send_when": "now", "window": "anytime"}


def template_of(owner_id: int, author_id: int, wording: Wording = WORDING, name: str = "Frist") -> tuple[int, int]:
    """Makes a template, and tells its id and that of its version."""
    made = texts.create(owner_id, name, Said(Language.BOKMAL, {Language.BOKMAL: wording}), author_id)
    db.session.commit()
    return made.id, texts.version(made.id, 1).id


@pytest.fixture
def template(app: Flask, desk: Desk) -> tuple[int, int]:
    with app.app_context():
        return template_of(desk.service_owner_id, desk.person_id)


def stored(app: Flask, order_id: int) -> Order:
    with app.app_context():
        return db.session.get_one(Order, order_id)


def test_a_new_order_is_filled_from_a_template_and_saved(
    app: Flask, desk: Desk, sender: Visitor, template: tuple[int, int]
) -> None:
    posted = {**ORDER, "service_owner_id": desk.service_owner_id, "template_id": template[0], "action": "template"}

    answer = sender.post("/orders/new", posted, page="/orders/new")

    assert answer.status_code == 303, answer.text
    page = sender.get(answer.location).text
    assert "Fristen er 1. mai.</textarea>" in page
    assert "Frist, version 1" in page
    assert stored(app, int(re.findall(r"\d+", answer.location)[0])).template_version_id == template[1]


def test_a_drafts_texts_are_replaced_and_stay_tied_when_it_is_saved_again(
    app: Flask, desk: Desk, sender: Visitor, template: tuple[int, int]
) -> None:
    with app.app_context():
        draft_id = draft_of(desk, sms("Something else")).id
    url = f"/orders/{draft_id}/edit"
    sender.post(url, {**ORDER, "service_owner_id": desk.service_owner_id, "template_id": template[0],
                      "action": "template", "sms_text": "typed"}, page=url)  # fmt: skip

    filled = stored(app, draft_id)
    again = {**ORDER, "service_owner_id": desk.service_owner_id, "template_version_id": template[1]}
    sender.post(url, {**again, "sms_text": "Fristen er 2. mai.", "action": "save"}, page=url)

    assert filled.sms_text == "Fristen er 1. mai."
    assert stored(app, draft_id).template_version_id == template[1]
    assert "the texts were changed afterwards" in sender.get(url).text


@pytest.mark.parametrize(
    ("channel", "wording", "said"),
    [
        ("sms", Wording("", "Frist", "Tekst"), "This template says nothing by SMS."),
        ("email-and-sms", Wording("Tekst"), "This template says nothing by e-mail."),
    ],
)
def test_a_template_without_a_text_for_the_orders_channel_is_refused(
    app: Flask, desk: Desk, sender: Visitor, channel: str, wording: Wording, said: str
) -> None:
    with app.app_context():
        template_id, _ = template_of(desk.service_owner_id, desk.person_id, wording)
    posted = {**ORDER, "channel": channel, "service_owner_id": desk.service_owner_id, "template_id": template_id}

    answer = sender.post("/orders/new", {**posted, "action": "template"}, page="/orders/new")

    assert answer.status_code == 422
    assert said in answer.text


def test_templates_of_others_and_archived_ones_fill_nothing(app: Flask, desk: Desk, sender: Visitor) -> None:
    with app.app_context():
        others, version_of_others = template_of(desk.other_service_owner_id, desk.colleague.id)
        archived, _ = template_of(desk.service_owner_id, desk.person_id)
        texts.archive(texts.locked(archived))
        db.session.commit()
    start = {**ORDER, "service_owner_id": desk.service_owner_id}

    for template_id in (others, archived, "", "9" * 30, "x"):
        posted = {**start, "template_id": template_id, "action": "template"}
        assert sender.post("/orders/new", posted, page="/orders/new").status_code == 422
    forged = {**start, "template_version_id": version_of_others, "sms_text": "Hi", "action": "save"}
    answer = sender.post("/orders/new", forged, page="/orders/new")

    assert stored(app, int(re.findall(r"\d+", answer.location)[0])).template_version_id is None


def test_a_template_opens_a_new_order_on_its_channel(app: Flask, desk: Desk, sender: Visitor) -> None:
    with app.app_context():
        template_id, version_id = template_of(desk.service_owner_id, desk.person_id, Wording("", "Frist", "Bare post"))

    page = sender.get(f"/orders/new?template={template_id}").text

    assert "Bare post</textarea>" in page
    assert f'name="template_version_id" type="hidden" value="{version_id}"' in page
    assert re.search(r'<input checked[^>]*name="channel"[^>]*value="email"', page)
    assert sender.get("/orders/new?template=404").status_code == 200


def test_a_sent_order_keeps_the_version_that_it_used(
    app: Flask, desk: Desk, sender: Visitor, template: tuple[int, int]
) -> None:
    with app.app_context():
        content = sms(WORDING.sms_text, template_version_id=template[1])
        draft = check_now(draft_of(desk, content, "+4799999999").id)
        order_id = draft.id
        assert service.place(order_id, draft.revision, desk.person_id).outcome is PlaceOutcome.PLACED
        said = Said(Language.BOKMAL, {Language.BOKMAL: Wording("Another text")})
        texts.revise(texts.locked(template[0]), 1, "Other name", said, desk.person_id, "")
        db.session.commit()

    page = sender.get(f"/orders/{order_id}").text

    assert "Other name, version 1" in page
    assert f'href="/templates/{template[0]}/versions/1"' in page
    assert "the texts were changed afterwards" not in page
