"""The desk's search: one box for everything, across service owners, and no text of it in any address."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from app.audit.models import AuditEntry
from app.contacts.sealing import sealer
from app.db import db, utcnow
from app.messaging.status import Channel, Route, Status
from app.orders.models import Order
from app.queue import valkey
from app.shipments.models import AttemptSegment, Notification, Shipment
from app.support.search.readings import Kind, readings
from tests.fixtures.desk import Visitor
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]


def _search(browser: Visitor, typed: str) -> str:
    answer = browser.post("/search", {"text": typed}, page="/me/name")
    assert answer.status_code == 303, answer.text
    assert len(typed) < 4 or typed not in answer.location
    return answer.location


def _ids(page: str) -> list[int]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [int(one.partition('"')[0]) for one in body.split('href="/notifications/')[1:]]


def _orders(page: str) -> list[int]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        int(one.partition('"')[0])
        for one in body.split('scope="row" class="text"><a class="ds-link" href="/orders/')[1:]
    ]


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("912 34 567", ["phone", "reference"]),
        ("91234567", ["phone", "notification", "order", "reference", "gateway-reference"]),
        ("0047 91234567", ["phone", "reference"]),
        ("(+47) 912-34-567", ["phone", "reference"]),
        ("Kari@Example.COM", ["email", "reference", "gateway-reference"]),
        ("974 760 673", ["organisation", "reference"]),
        ("01017000027", ["person", "notification", "order", "reference", "gateway-reference"]),
        ("#17", ["notification", "order", "reference", "gateway-reference"]),
        ("sak 2026/17", ["reference"]),
        ("c0a80101-0000-4000-8000-000000000001", ["id"]),
        ("   ", []),
    ],
)
def test_a_text_is_taken_for_all_that_it_may_be(typed: str, kinds: list[str]) -> None:
    assert [reading.kind.value for reading in readings(typed)] == kinds


@given(st.text(max_size=300))
def test_any_text_can_be_taken_for_something_or_nothing(typed: str) -> None:
    found = readings(typed)

    assert bool(found) == bool(typed.strip())
    assert len({reading.kind for reading in found}) == len(found)


@pytest.mark.parametrize("typed", ["900 00 001", "+47 90000001", "0047-900-00-001", "90000001"])
def test_a_phone_number_is_found_in_any_spelling_across_service_owners_the_newest_first(
    support: Visitor, desk: object, place: Place, typed: str
) -> None:
    ours, theirs = place({Status.SMS_DELIVERED: 3}), place({Status.SMS_FAILED: 2}, owner=desk.theirs)

    page = support.get(_search(support, typed)).text

    assert _ids(page) == [theirs.ids[1], ours.ids[1]]
    assert "+4790000001" not in page
    assert "+47 9•• •• •01" in page
    assert "skd" in page


def test_an_e_mail_address_is_found_in_any_case(app: Flask, support: Visitor, place: Place) -> None:
    placed = place({Status.EMAIL_DELIVERED: 2}, channel=Channel.EMAIL)
    with app.app_context():
        db.session.execute(update(Notification).where(Notification.id == placed.first_id).values(address="Ola.N@x.no"))
        db.session.commit()

    assert _ids(support.get(_search(support, "ola.n@X.NO")).text) == [placed.first_id]
    assert _ids(support.get(_search(support, "PERSON2@example.com")).text) == [placed.last_id]


def test_persons_are_found_by_their_number_although_it_is_stored_nowhere(
    app: Flask, support: Visitor, place: Place
) -> None:
    placed = place({Status.SMS_DELIVERED: 3})
    with app.app_context():
        db.session.execute(
            text("update recipient set identity_hash = :hash, kind = 3 where order_id = :order and row_no = 2"),
            {"hash": sealer().hash("01017000027"), "order": placed.order_id},
        )
        answer = {"register": "krr"}
        db.session.execute(update(Notification).where(Notification.id == placed.ids[1]).values(register_answer=answer))
        db.session.commit()

    page = support.get(_search(support, "010170 00027")).text

    assert "a national identity number" in page
    assert _ids(page) == [placed.ids[1]]


def test_a_number_of_nobody_says_so(support: Visitor, place: Place) -> None:
    page = support.get(_search(support, "974760673")).text

    assert "an organisation number" in page
    assert "Nothing is found by it" in page
    assert "An order whose send time has not come has no notifications yet" in page


def test_orders_are_found_by_reference_number_and_ids(app: Flask, support: Visitor, desk: object, place: Place) -> None:
    ours, theirs = place(reference="sak-17"), place(reference="sak-18", owner=desk.theirs)
    with app.app_context():
        order_uuid = db.session.scalar(select(Order.public_id).where(Order.id == ours.order_id))
        shipment_uuid = db.session.scalar(select(Shipment.public_id).where(Shipment.id == theirs.shipment_id))

    assert _orders(support.get(_search(support, "sak-1")).text) == [theirs.order_id, ours.order_id]
    assert _orders(support.get(_search(support, "sak-18")).text) == [theirs.order_id]
    assert _orders(support.get(_search(support, str(order_uuid))).text) == [ours.order_id]
    assert _orders(support.get(_search(support, UUID(str(shipment_uuid)).hex)).text) == [theirs.order_id]
    assert _orders(support.get(_search(support, f"{ours.order_id}") + "&as=order").text) == [ours.order_id]


def test_a_notification_is_found_by_its_number_and_by_the_gateways_reference(
    support: Visitor, place: Place, change: Callable[..., None]
) -> None:
    placed = place({Status.SMS_DELIVERED: 2})
    change(rows.attempt, placed.first_id, reference="abc-1", gateway="link")
    change(rows.attempt, placed.last_id, reference="abc-2", gateway="another")

    assert _ids(support.get(_search(support, f"#{placed.last_id}")).text) == [placed.last_id]
    assert _ids(support.get(_search(support, "abc-1")).text) == [placed.first_id]
    assert _ids(support.get(_search(support, "abc-2")).text) == [placed.last_id]


def test_a_notification_is_found_by_the_reference_of_any_of_its_segments(
    app: Flask, support: Visitor, place: Place, change: Callable[..., None]
) -> None:
    placed = place({Status.SMS_DELIVERED: 2})
    change(rows.attempt, placed.first_id, reference="abc-1", segments=2)
    with app.app_context():
        segment = {"notification_id": placed.first_id, "no": 1, "gateway": "link"}
        db.session.add_all(AttemptSegment(segment=n, reference=f"abc-{n}", **segment) for n in (1, 2))
        db.session.commit()

    assert _ids(support.get(_search(support, "abc-1")).text) == [placed.first_id]
    assert _ids(support.get(_search(support, "abc-2")).text) == [placed.first_id]


def test_what_is_found_is_filtered(support: Visitor, desk: object, place: Place) -> None:
    real = place({Status.SMS_DELIVERED: 1})
    failed = place({Status.SMS_FAILED: 1}, owner=desk.theirs, send_at=utcnow() - timedelta(days=40))
    simulated = place({Status.SMS_DELIVERED: 1}, route=Route.SIMULATED)
    url = _search(support, "90000000")

    def ids(query: str) -> list[int]:
        return _ids(support.get(f"{url}&{query}").text)

    assert ids("") == [simulated.first_id, failed.first_id, real.first_id]
    assert ids("owner=skd") == [failed.first_id]
    assert ids("status=failed") == [failed.first_id]
    assert ids("status=SMS_Delivered&route=real") == [real.first_id]
    assert ids("until_on=" + (utcnow() - timedelta(days=30)).date().isoformat()) == [failed.first_id]
    assert ids("owner=skd&from_on=0001-01-01&until_on=9999-12-31") == [failed.first_id]
    assert "Nothing is found by this filter" in support.get(f"{url}&owner=skd&route=simulated").text


def test_results_are_paged_by_key(app: Flask, support: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 70})
    with app.app_context():
        db.session.execute(update(Notification).values(address="+4799999999"))
        db.session.commit()

    first = support.get(_search(support, "99999999")).text
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = support.get(older).text
    back = second.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")

    assert _ids(first) == list(placed.ids)[:-51:-1]
    assert _ids(second) == list(placed.ids)[19::-1]
    assert _ids(support.get(back).text) == _ids(first)


def test_a_search_is_its_persons_alone_and_dies(
    app: Flask, support: Visitor, administrator: Visitor, place: Place
) -> None:
    place({Status.SMS_DELIVERED: 1})
    url = _search(support, "90000000")

    assert "This search is no longer known" in administrator.get(url).text
    assert _ids(administrator.get(url).text) == []
    with app.app_context():
        (kept,) = valkey().keys("search:*")
        assert 3500 < valkey().ttl(kept) <= 3600
        valkey().delete(kept)
    assert "This search is no longer known" in support.get(url).text


def test_administrators_see_what_they_find_uncovered(administrator: Visitor, place: Place) -> None:
    place({Status.SMS_DELIVERED: 1})

    assert "+4790000000</td>" in administrator.get(_search(administrator, "90000000")).text


def test_senders_have_no_search(sender: Visitor) -> None:
    assert sender.get("/search").status_code == 403
    assert sender.post("/search", {"text": "x"}, page="/me/name").status_code == 403


@pytest.mark.parametrize("typed", ["", "  ", "x" * 256])
def test_what_cannot_be_searched_for_is_said(support: Visitor, typed: str) -> None:
    answer = support.post("/search", {"text": typed}, page="/me/name")

    assert answer.status_code == 422
    assert "Write" in answer.text


def test_that_somebody_searched_is_written_down_but_not_for_what(app: Flask, support: Visitor) -> None:
    _search(support, "91234567")

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "search.made")).one()
        assert entry.person_id
        assert Kind.PHONE.value in entry.detail["kinds"]
        assert "91234567" not in str(entry.detail)
