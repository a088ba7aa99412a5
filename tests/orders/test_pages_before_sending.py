"""The pages between a draft and its order: what they show, what they refuse, and who may see them."""

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.db import db
from app.messaging.status import Channel
from app.orders import jobs, queries, service
from app.orders.models import Intake, Order, Recipient, RefusedRow, UploadPart
from app.prices.models import Price
from app.queue import queue
from app.shipments.models import Shipment
from app.worker import OneQueueWorker
from tests.fixtures.desk import Somebody, Visitor
from tests.orders.drafting import Desk, Drafted, email, sms

Draft = Callable[..., Drafted]
EMAIL = {"channel": "email", "email_text": "Hello", "send_when": "now", "window": "daytime"}


def sent(sender: Visitor, order: Drafted, **changes: object) -> TestResponse:
    url = f"/orders/{order.id}"
    return sender.post(f"{url}/place", {"revision": order.revision, **changes}, page=f"{url}/check")


def changed(app: Flask, draft: Drafted, content: service.Content) -> None:
    with app.app_context():
        service.change_draft(draft.id, content)
        db.session.commit()


def orders(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Shipment)) or 0


def test_the_check_page_shows_numbers_costs_message_and_one_button(app: Flask, drafted: Draft, sender: Visitor) -> None:
    with app.app_context():
        db.session.add(Price(channel=Channel.SMS, country="NO", amount=Decimal("0.32")))
        db.session.commit()
    draft = drafted(sms("Hello all"), "40000001, 90000002, 40000001")

    page = sender.get(f"/orders/{draft.id}/check").text

    assert ">Send 2 SMS</button>" in page
    assert "Hello all" in page
    assert "To +4740000001 · Norway · 1 segment" in page.replace("\n", "")
    assert "<dt>Service owner</dt>" in page
    assert "NOK\u00a00.64" in page.replace("&nbsp;", "\u00a0")


def test_a_missing_price_is_said_in_words(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "+66812345678")

    page = sender.get(f"/orders/{draft.id}/check").text

    assert "The price list has no price for Thailand, so the total cost is not known." in page


def test_the_message_of_any_row_can_be_seen(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Dear ((name))"), "", "phone;name\n40000001;Kari\n123;Nobody\n40000002;Ola\n")
    url = f"/orders/{draft.id}/check"

    assert "Dear Kari" in sender.get(url).text
    assert "Dear Ola" in sender.get(f"{url}?part=1&row=4").text
    assert "Nothing is sent to row 3." in sender.get(f"{url}?part=1&row=3").text
    assert "?part=1&amp;row=4" in sender.get(url).text


def test_a_placeholder_without_a_column_keeps_the_order_from_being_sent(
    app: Flask, drafted: Draft, sender: Visitor
) -> None:
    draft = drafted(sms("Dear ((name))"), "40000001")

    page = sender.get(f"/orders/{draft.id}/check").text
    answer = sender.post(f"/orders/{draft.id}/place", {"revision": draft.revision}, page="/me")

    assert "The pasted text has no column for ((name))" in page
    assert "/place" not in page
    assert answer.location == f"/orders/{draft.id}/check"
    assert orders(app) == 0


def test_a_file_that_cannot_be_used_says_why_on_the_check_page(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "", "phone;name\n")

    page = sender.get(f"/orders/{draft.id}/check").text

    assert "so remove or replace it. The file has a heading and no rows below it." in page
    assert "None of the rows can be sent to." not in page


def test_what_sends_stands_above_the_rows_left_out(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "40000001, 123")

    page = sender.get(f"/orders/{draft.id}/check").text

    assert page.index(">Send 1 SMS</button>") < page.index('id="left-out"')


def test_invalid_rows_are_left_out_only_where_the_person_says_so(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "40000001, 123")
    refused = sent(sender, draft)
    assert refused.status_code == 422
    assert 'href="#valid_only"' in refused.text
    assert orders(app) == 0

    answer = sent(sender, draft, valid_only="y")

    assert (answer.status_code, answer.location) == (303, f"/orders/{draft.id}")
    assert orders(app) == 1


def test_invalid_rows_are_shown_with_row_value_and_reason_and_duplicates_with_the_row_they_repeat(
    drafted: Draft, sender: Visitor
) -> None:
    draft = drafted(sms(), "40000001, 4,79E+10, 40000001")
    url = f"/orders/{draft.id}/check"

    assert "Excel has shortened this number" in sender.get(url).text
    assert "Repeats row 1." in sender.get(f"{url}?show=duplicates").text


def test_invalid_rows_page_by_key(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "40000001\n" + "\n".join(f"{number}" for number in range(100, 160)))
    url = f"/orders/{draft.id}/check"

    first = sender.get(url).text
    second = sender.get(f"{url}?after=51").text
    back = sender.get(f"{url}?before=52").text

    assert (">149<" in first, ">150<" in first, "after=51" in first) == (True, False, True)
    assert (">149<" in second, ">150<" in second, ">159<" in second) == (False, True, True)
    assert ">100<" in back


def test_all_rows_left_out_can_be_downloaded_with_formulas_neutralised(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "40000001, 40000001", 'phone\n"=HYPERLINK(1)"\n')

    answer = sender.get(f"/orders/{draft.id}/refused.csv")

    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["File", "Row", "Value", "Reason"]
    assert rows[1] == ["The pasted text", "2", "+4740000001", "Repeats row 1."]
    assert rows[2][:3] == ["list1.csv", "2", "'=HYPERLINK(1)"]


def test_no_connection_is_held_while_the_browser_reads_the_rows_left_out(
    app: Flask, drafted: Draft, sender: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "STRETCH", 100)
    draft = drafted(sms(), "40000001\n" + "\n".join(f"{number}" for number in range(1000, 4000)))
    answer = sender.get(f"/orders/{draft.id}/refused.csv", buffered=False)
    chunks = iter(answer.response)

    first = next(chunks)
    with app.app_context():
        held = db.engine.pool.checkedout()
    lines = b"".join((first, *chunks)).splitlines()
    answer.close()

    assert held == 0
    assert len(lines) == 3_001


@pytest.mark.parametrize(
    "query",
    ["part=9999&row=1", "part=99999&row=1", "part=0&row=999999999", f"after={2**63 - 1}", f"before={2**63 - 1}"],
)
def test_a_row_that_cannot_be_is_no_failure(drafted: Draft, sender: Visitor, query: str) -> None:
    draft = drafted(sms(), "40000001\n123")

    assert sender.get(f"/orders/{draft.id}/check?{query}").status_code == 200


def test_a_draft_changed_in_another_tab_is_not_sent_and_says_so(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), "40000001")
    seen = draft.revision
    changed(app, draft, sms("Goodbye"))

    answer = sender.post(f"/orders/{draft.id}/place", {"revision": seen}, page="/me")

    assert answer.location == f"/orders/{draft.id}/check"
    page = sender.get(answer.location).text
    assert "The draft has changed since it was checked, so nothing was sent." in page
    assert "Check now" in page
    assert orders(app) == 0


def test_a_stale_check_is_made_again_by_a_button(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), "40000001")
    changed(app, draft, sms("Goodbye"))
    url = f"/orders/{draft.id}/check"

    answer = sender.post(url, page=url)

    assert answer.location == url
    assert "Goodbye" in sender.get(url).text


def test_double_clicks_reloads_and_tabs_place_one_order(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "40000001")
    url, revision = f"/orders/{draft.id}", draft.revision
    token = sender.token(f"{url}/check")
    cookie = sender.client.get_cookie(app.session_interface.get_cookie_name(app))
    assert cookie is not None
    barrier = Barrier(6)

    def click(_: int) -> tuple[int, str | None]:
        tab = app.test_client()
        tab.set_cookie(cookie.key, cookie.value)
        barrier.wait(60)
        answer = tab.post(f"{url}/place", data={"csrf_token": token, "revision": revision})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(click, range(6)))

    assert answers == [(303, url)] * 6
    assert orders(app) == 1


def test_a_placed_order_can_no_longer_be_edited_or_checked(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "40000001")
    sent(sender, draft)

    answers = [sender.get(f"/orders/{draft.id}/{page}") for page in ("edit", "check", "delete")]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, f"/orders/{draft.id}")] * 3


@pytest.mark.parametrize("page", ["edit", "check", "delete", "refused.csv"])
def test_an_unknown_draft_and_one_of_others_are_a_404_page(
    drafted: Draft, sender: Visitor, colleague: Visitor, page: str
) -> None:
    draft = drafted(sms(), "40000001")

    answers = [
        colleague.get(f"/orders/{draft.id}/{page}"),
        sender.get(f"/orders/999999/{page}"),
        sender.get(f"/orders/{2**63}/{page}"),
        sender.get(f"/orders/x/{page}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "This page does not exist" in answers[0].text


@pytest.mark.parametrize("deed", ["edit", "check", "place", "delete"])
def test_nobody_changes_a_draft_of_others(app: Flask, drafted: Draft, colleague: Visitor, deed: str) -> None:
    draft = drafted(sms(), "40000001")

    answer = colleague.post(f"/orders/{draft.id}/{deed}", {"revision": draft.revision}, page="/orders/new")

    assert answer.status_code == 404
    assert orders(app) == 0


@pytest.mark.parametrize("role", ["administrator", "support"])
def test_who_sends_for_nobody_composes_nothing(
    drafted: Draft, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody], role: str
) -> None:
    draft = drafted(sms(), "40000001")
    browser = visitor().sign_in(somebody("lise", **{role: True}))

    pages = ("new", "drafts", f"{draft.id}/edit", f"{draft.id}/check", f"{draft.id}/refused.csv")

    assert [browser.get(f"/orders/{page}").status_code for page in pages] == [403] * 5


def test_deleting_a_draft_asks_first_and_takes_its_recipients(
    app: Flask, drafted: Draft, sender: Visitor, desk: Desk
) -> None:
    draft = drafted(sms(), "40000001, 123")
    url = f"/orders/{draft.id}/delete"
    assert "Yes, delete the draft" in sender.get(url).text

    answer = sender.post(url, page=url)

    assert answer.location == "/orders/drafts"
    with app.app_context():
        for table in (Order, Intake, UploadPart, Recipient, RefusedRow):
            assert db.session.scalars(select(table)).all() == []
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "draft.deleted")).one()
        assert entry.person_id == desk.sender.id


def test_the_list_shows_the_drafts_of_ones_own_service_owners_only(
    drafted: Draft, sender: Visitor, colleague: Visitor
) -> None:
    assert "No drafts" in sender.get("/orders/drafts").text
    drafted(sms("Hello from us"), "40000001")

    assert "Hello from us" in sender.get("/orders/drafts").text
    assert "Hello from us" not in colleague.get("/orders/drafts").text


def test_an_uploaded_file_is_read_by_a_worker_and_the_page_says_how_far_it_is(
    app: Flask, drafted: Draft, sender: Visitor, desk: Desk
) -> None:
    draft = drafted(sms("Hi ((name))"))
    url = f"/orders/{draft.id}/edit"
    fields = {"channel": "sms", "sms_text": "Hi ((name))", "send_when": "now", "window": "daytime", "action": "check"}
    file = (BytesIO(b"phone;name\n40000001;Kari\n"), "people.csv")
    fields["service_owner_id"] = str(desk.service_owner_id)
    checking = sender.post(url, {**fields, "files": file}, page=url).location
    waiting = sender.get(checking).text
    assert "Reading people.csv" in waiting
    assert "hx-get" in waiting

    with app.app_context():
        intake_queue = queue("intake")
        OneQueueWorker(app, intake_queue, intake_queue.connection).work(burst=True, logging_level="WARNING")

    assert ">Send 1 SMS</button>" in sender.get(checking).text
    part = sender.get(checking, headers={"HX-Request": "true", "X-Varsel-Poll": "1"})
    assert part.headers["HX-Redirect"] == checking


def test_the_part_of_the_edit_page_stops_asking_once_all_is_read(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "", "phone\n40000001\n")
    url = f"/orders/{draft.id}/edit"
    htmx = {"HX-Request": "true", "X-Varsel-Poll": "1"}

    part = sender.get(url, headers=htmx).text

    assert "<html" not in part
    assert "list1.csv" in part
    assert "hx-get" not in part


def test_a_file_is_removed_without_losing_what_was_typed(drafted: Draft, sender: Visitor, desk: Desk) -> None:
    draft = drafted(sms("Hello"), "", "phone\n40000001\n")
    url = f"/orders/{draft.id}/edit"
    typed = {"channel": "sms", "sms_text": "Typed since", "send_when": "now", "window": "daytime"}

    answer = sender.post(url, {**typed, "service_owner_id": desk.service_owner_id, "action": "remove-1"}, page=url)

    page = sender.get(answer.location).text
    assert "Typed since" in page
    assert "list1.csv" not in page


def test_the_channel_stays_while_a_file_has_been_read_for_it(drafted: Draft, sender: Visitor, desk: Desk) -> None:
    draft = drafted(sms("Hello"), "", "phone\n40000001\n")
    url = f"/orders/{draft.id}/edit"
    fields = {**EMAIL, "service_owner_id": desk.service_owner_id}

    answer = sender.post(url, {**fields, "action": "save"}, page=url)

    assert answer.status_code == 422
    assert "Remove them before you change the channel." in answer.text


def test_pasted_recipients_are_read_anew_for_another_channel(
    app: Flask, drafted: Draft, sender: Visitor, desk: Desk
) -> None:
    draft = drafted(sms("Hello"), "kari@example.no")
    url = f"/orders/{draft.id}/edit"
    fields = {**EMAIL, "service_owner_id": desk.service_owner_id}

    answer = sender.post(url, {**fields, "pasted": "kari@example.no", "action": "save"}, page=url)

    assert answer.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Recipient.address)).all() == ["kari@example.no"]


def test_the_text_is_measured_while_it_is_typed(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms(), "", "phone;name\n40000001;Kari\n")
    text = "Hi ((name)) and ((town)) “x”" + "y" * 60
    typed = {"channel": "sms", "sms_text": text, "order_id": str(draft.id)}

    told = sender.post("/orders/measure", typed, page=f"/orders/{draft.id}/edit").text

    assert "2 segments" in told
    assert "UCS-2" in told
    assert "Remove 18 characters for one segment less." in told
    assert "a straight quotation mark" in told
    assert told.count("no such column") == 1


def test_measuring_tells_nothing_of_a_draft_of_others(drafted: Draft, colleague: Visitor) -> None:
    draft = drafted(sms(), "40000001")

    answer = colleague.post("/orders/measure", {"sms_text": "x", "order_id": str(draft.id)}, page="/orders/new")

    assert answer.status_code == 404


def test_the_example_file_has_the_columns_that_the_text_asks_for(sender: Visitor) -> None:
    answer = sender.post(
        "/orders/example", {"channel": "sms", "sms_text": "Dear ((name)), ((Phone number))"}, page="/orders/new"
    )

    assert answer.text.splitlines()[0] == '\ufeff"phone number";"name"'
    assert answer.headers["Content-Disposition"] == "attachment; filename=example-test.csv"


def test_the_rendered_email_is_on_the_check_page(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(email("News for ((name))", "Dear ((name))"), "", "email;name\nkari@example.no;Kari\n")

    page = sender.get(f"/orders/{draft.id}/check").text

    assert "News for Kari" in page
    assert ">Send 1 e-mail</button>" in page


def test_a_job_for_a_draft_that_is_gone_does_nothing(context: None) -> None:
    jobs.read_intake(4711)
    jobs.check(4711, 1)
    jobs.sweep_intakes()

    assert db.session.scalars(select(Intake)).all() == []
