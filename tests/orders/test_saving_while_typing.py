"""A draft is saved while it is typed, and nobody's text is written over."""

import re
from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from app.accounts.models import Membership, ServiceOwner
from app.audit.models import AuditEntry
from app.db import db
from app.orders import queries, service
from app.orders.editing import presence
from app.orders.models import Order, Recipient
from app.queue import valkey
from tests.fixtures.desk import Somebody, Visitor
from tests.orders.drafting import Desk, draft_of, sms

_INPUT = re.compile(r'<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"')
NAMES = ("draft_key", "edition", "page_key")


class Page:
    """The form of a draft as one window shows it."""

    def __init__(self, visitor: Visitor, url: str, owner_id: int) -> None:
        self.visitor, self.url = visitor, url
        text = visitor.get(url).text
        self.said = {name: value for name, value in _INPUT.findall(text) if name in NAMES}
        self.token = visitor.token(url)
        self.fields = {"service_owner_id": str(owner_id), "channel": "sms", "send_when": "now", "window": "anytime"}

    def saves_itself(self, **typed: str) -> TestResponse:
        """Posts what is typed as the page does by itself, and takes over where it then stands."""
        answer = self._post(f"{self.url.removesuffix('/edit')}/autosave", typed)
        self.said |= {name: value for name, value in _INPUT.findall(answer.text) if name in NAMES}
        return answer

    def save(self, **typed: str) -> TestResponse:
        """Presses the button."""
        return self._post(self.url, {"action": "save", **typed})

    def here(self) -> str:
        """What the page hears of others."""
        return self._post(f"{self.url.removesuffix('/edit')}/here", {}).text

    def _post(self, url: str, typed: dict[str, str]) -> TestResponse:
        self.fields |= typed
        data = {**self.fields, **self.said, "csrf_token": self.token}
        return self.visitor.client.post(url, data=data)


@pytest.fixture
def kari(desk: Desk, somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]) -> Visitor:
    """Another sender of the same service owner, signed in."""
    return visitor().sign_in(somebody("kari", sends_for=[desk.service_owner_id]))


@pytest.fixture
def draft_id(app: Flask, desk: Desk) -> int:
    """A draft that says Hello."""
    with app.app_context():
        return draft_of(desk, sms("Hello", daytime_only=False)).id


def texts(app: Flask) -> Sequence[str]:
    """The texts of all drafts."""
    with app.app_context():
        return db.session.scalars(select(Order.sms_text).order_by(Order.id)).all()


def changes_written_down(app: Flask) -> int:
    """How many audit entries say that a draft was changed."""
    with app.app_context():
        counted = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "draft.changed")
        return db.session.scalar(counted) or 0


def test_a_new_order_becomes_one_draft_however_often_it_is_saved(app: Flask, desk: Desk, sender: Visitor) -> None:
    page = Page(sender, "/orders/new", desk.service_owner_id)

    first = page.saves_itself(sms_text="H")
    page.saves_itself(sms_text="Hello")
    saved = page.save(sms_text="Hello all")

    assert re.search(r"Saved \d\d:\d\d", first.text)
    assert first.headers["X-Varsel-Address"] == saved.location
    assert texts(app) == ["Hello all"]


def test_what_is_pasted_is_saved_too(app: Flask, desk: Desk, sender: Visitor) -> None:
    page = Page(sender, "/orders/new", desk.service_owner_id)

    page.saves_itself(sms_text="Hi", pasted="90000001 90000002")
    page.saves_itself(pasted="90000001")

    with app.app_context():
        assert db.session.scalars(select(Recipient.address)).all() == ["+4790000001"]


def test_what_is_refused_is_not_saved_and_the_page_says_why(
    app: Flask, draft_id: int, desk: Desk, sender: Visitor
) -> None:
    page = Page(sender, f"/orders/{draft_id}/edit", desk.service_owner_id)

    answer = page.saves_itself(sms_text="Hi", sms_sender="much too long a sender")

    assert "Not saved yet:" in answer.text
    assert texts(app) == ["Hello"]


def test_a_page_that_saves_itself_again_and_again_is_written_down_once(
    app: Flask, draft_id: int, desk: Desk, sender: Visitor
) -> None:
    page = Page(sender, f"/orders/{draft_id}/edit", desk.service_owner_id)
    before = changes_written_down(app)

    for text in ("a", "ab", "abc"):
        page.saves_itself(sms_text=text)

    assert texts(app) == ["abc"]
    assert changes_written_down(app) == before + 1


def test_an_answer_that_is_still_under_way_is_no_change_by_somebody_else(
    app: Flask, draft_id: int, desk: Desk, sender: Visitor
) -> None:
    page = Page(sender, f"/orders/{draft_id}/edit", desk.service_owner_id)
    before = dict(page.said)
    page.saves_itself(sms_text="Hi")
    page.said = before

    assert page.save(sms_text="Hi all").status_code == 303
    assert texts(app) == ["Hi all"]


def test_a_colleagues_text_is_not_written_over_by_a_page_that_saves_itself(
    app: Flask, draft_id: int, desk: Desk, sender: Visitor, kari: Visitor
) -> None:
    url = f"/orders/{draft_id}/edit"
    mine, hers = Page(sender, url, desk.service_owner_id), Page(kari, url, desk.service_owner_id)
    hers.saves_itself(sms_text="Hers")

    answer = mine.saves_itself(sms_text="Mine")

    assert "Not saved: somebody else has changed this draft" in answer.text
    assert texts(app) == ["Hers"]


def test_the_second_who_saves_sees_both_texts_and_loses_neither(
    app: Flask, draft_id: int, desk: Desk, sender: Visitor, kari: Visitor
) -> None:
    url = f"/orders/{draft_id}/edit"
    mine, hers = Page(sender, url, desk.service_owner_id), Page(kari, url, desk.service_owner_id)
    hers.save(sms_text="Hers", pasted="90000001")

    answer = mine.save(sms_text="Mine")

    assert answer.status_code == 409
    assert "Not saved: Kari changed this draft after you opened it" in answer.text
    assert {"Hers", "Mine", "90000001"} <= set(re.findall(r'kept-text">([^<]*)<', answer.text))
    assert re.search(r"<textarea[^>]*name=\"sms_text\"[^>]*>\s*Mine", answer.text)
    assert texts(app) == ["Hers"]
    mine.said |= {name: value for name, value in _INPUT.findall(answer.text) if name in NAMES}
    assert mine.save(sms_text="Mine and hers").status_code == 303
    assert texts(app) == ["Mine and hers"]


def test_a_double_click_on_save_is_one_deed(app: Flask, draft_id: int, desk: Desk, sender: Visitor) -> None:
    page = Page(sender, f"/orders/{draft_id}/edit", desk.service_owner_id)

    answers = [page.save(sms_text="Hi").status_code for _ in range(2)]

    assert answers == [303, 303]


def test_a_late_answer_of_a_page_that_was_left_writes_nothing(
    app: Flask, draft_id: int, desk: Desk, sender: Visitor
) -> None:
    page = Page(sender, f"/orders/{draft_id}/edit", desk.service_owner_id)
    page.saves_itself(sms_text="Hi")
    page.save(sms_text="Hi all")

    page.saves_itself(sms_text="Hi")

    assert texts(app) == ["Hi all"]


def test_two_persons_in_one_draft_are_told_of_each_other(
    draft_id: int, desk: Desk, sender: Visitor, kari: Visitor
) -> None:
    url = f"/orders/{draft_id}/edit"
    mine, hers = Page(sender, url, desk.service_owner_id), Page(kari, url, desk.service_owner_id)
    assert "has this draft open" not in hers.here()

    told = mine.here()
    hers.saves_itself(sms_text="Hers")

    assert "Kari has this draft open too." in told
    assert "Siri has this draft open too." in hers.here()
    assert "Kari changed it" in mine.here()
    assert "changed it" not in hers.here()


def test_whoever_has_left_is_soon_forgotten(app: Flask, draft_id: int, desk: Desk) -> None:
    with app.app_context():
        presence.say_here(draft_id, desk.person_id)
        valkey().zadd(f"draft:{draft_id}:open", {str(desk.person_id): 1.0})

        assert presence.others(draft_id, 0) == []


def test_drafts_are_shared_within_the_service_owner_and_with_nobody_else(
    app: Flask, draft_id: int, desk: Desk, kari: Visitor, colleague: Visitor
) -> None:
    assert f'href="/orders/{draft_id}/edit"' in kari.get("/orders/drafts").text
    assert f'href="/orders/{draft_id}/edit"' not in colleague.get("/orders/drafts").text
    assert colleague.post(f"/orders/{draft_id}/autosave", page="/orders/new").status_code == 404
    assert colleague.post(f"/orders/{draft_id}/here", page="/orders/new").status_code == 404


def test_whoever_sends_for_a_service_owner_no_more_saves_into_no_draft_of_theirs(
    app: Flask, desk: Desk, sender: Visitor
) -> None:
    page = Page(sender, "/orders/new", desk.service_owner_id)
    page.saves_itself(sms_text="Hello")
    with app.app_context():
        db.session.execute(delete(Membership).where(Membership.service_owner_id == desk.service_owner_id))
        other = ServiceOwner(short_name="nav", name="Nav", sms_sender="", email_from="")
        db.session.add(other)
        db.session.flush()
        db.session.add(Membership(person_id=desk.sender.id, service_owner_id=other.id))
        db.session.commit()

    answer = page.saves_itself(sms_text="Goodbye")

    assert answer.status_code == 404
    assert texts(app) == ["Hello"]


def test_a_placed_order_is_not_saved_into(app: Flask, draft_id: int, desk: Desk, sender: Visitor) -> None:
    page = Page(sender, f"/orders/{draft_id}/edit", desk.service_owner_id)
    with app.app_context():
        order = service.lock_draft(draft_id)
        order.placed_at = order.created_at
        db.session.commit()
        assert queries.edited_on(draft_id) == ""

    told = page.here()
    answer = page.saves_itself(sms_text="Late")

    assert "This order has been placed meanwhile." in told
    assert "Not saved: this order has been placed meanwhile." in answer.text
    assert texts(app) == ["Hello"]


def test_a_condition_that_differs_is_shown_too(draft_id: int, desk: Desk, sender: Visitor, kari: Visitor) -> None:
    url = f"/orders/{draft_id}/edit"
    mine, hers = Page(sender, url, desk.service_owner_id), Page(kari, url, desk.service_owner_id)
    hers.save(sms_text="Hello", condition_url="https://ttd.example/ask")

    answer = mine.save(sms_text="Hello", senders_reference="A1")

    assert "https://ttd.example/ask" in re.findall(r'kept-text">([^<]*)<', answer.text)
