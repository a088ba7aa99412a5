"""The check page says when the first messages leave, and the last at the gateway's rate."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db, utcnow
from app.gateway_desk import pace, pool
from app.gateway_desk.pace import Load
from app.messaging.schedule import OSLO
from app.messaging.scheme import Scheme
from app.messaging.status import Channel, Route
from app.orders import cost, leaving
from app.orders.models import Order
from app.orders.routes import Routes
from tests.fixtures.desk import Somebody, Visitor
from tests.orders.drafting import Desk, Drafted, check_now, sms

Make = Callable[..., Order]
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL_REAL = None
NUMBERS = " ".join(str(90_000_000 + n) for n in range(600))


@pytest.fixture
def limit(app: Flask) -> Callable[..., None]:
    """Limits gateways to so many messages per second."""

    def change(name: str, rate: float) -> None:
        with app.app_context():
            pool.introduce()
            db.session.execute(text("update gateway set rate_per_s = :r where name = :n"), {"n": name, "r": rate})
            db.session.commit()

    return change


def said(draft: Order, now: datetime, routes: Routes | None = ALL_REAL) -> list[str]:
    """What is said of a draft that has been checked."""
    checked = check_now(draft.id)
    return leaving.sentences(checked, cost.estimate(checked.id, checked.channel), routes, now)


def test_a_limit_of_the_gateway_tells_when_the_last_leaves(make_draft: Make, limit: Callable[..., None]) -> None:
    limit("link", 5)
    draft = make_draft(sms(daytime_only=True), NUMBERS)

    assert said(draft, SUNDAY) == ["The first leave at once, the last about 13:02 at the gateway's rate."]


def test_what_waits_for_the_window_leaves_when_it_opens(make_draft: Make, limit: Callable[..., None]) -> None:
    limit("link", 600 / (12 * 60))
    draft = make_draft(sms(daytime_only=True, days=1), NUMBERS)

    assert said(draft, SUNDAY) == ["The first leave Monday 09:00, the last about 09:12 at the gateway's rate."]


def test_what_does_not_leave_before_five_goes_on_the_next_day(make_draft: Make, limit: Callable[..., None]) -> None:
    limit("link", 600 / (30 * 60))
    send_at = datetime(2026, 11, 23, 16, 50, tzinfo=OSLO).astimezone(UTC)
    draft = make_draft(sms(daytime_only=True, send_at=send_at), NUMBERS)

    assert said(draft, SUNDAY) == ["The first leave Monday 16:50, the last about Tuesday 09:20 at the gateway's rate."]


def test_without_a_limit_the_fastest_minute_of_late_is_the_rate(make_draft: Make) -> None:
    minute = "insert into gateway_minute values ('link', now() - interval '1 h' * :h, 1, :n, 0, 0, 0, 1, 1)"
    for hours, accepted in ((1, 60), (2, 600)):
        db.session.execute(text(minute), {"h": hours, "n": accepted})

    assert said(make_draft(sms(), NUMBERS), SUNDAY) == [
        "The first leave at once, the last about 13:01 at the gateway's rate."
    ]


def test_a_minute_with_little_to_send_says_nothing_of_the_rate(make_draft: Make) -> None:
    db.session.execute(text("insert into gateway_minute values ('link', now(), 1, 4, 0, 0, 0, 1, 1)"))

    assert said(make_draft(sms(), NUMBERS), SUNDAY) == [
        "The first leave at once; how fast the gateway is, is not known yet."
    ]


def test_where_the_rate_is_not_known_nothing_is_made_up(make_draft: Make) -> None:
    assert said(make_draft(sms(), NUMBERS), SUNDAY) == [
        "The first leave at once; how fast the gateway is, is not known yet."
    ]


def test_gateways_work_side_by_side_each_for_its_share(app: Flask, limit: Callable[..., None]) -> None:
    limit("link", 10)
    limit("simulator", 1)
    with app.app_context():
        real = Load(Channel.SMS, Route.REAL, "NO", 100)
        simulated = Load(Channel.SMS, Route.SIMULATED, "NO", 100)

        assert pace.lasts([real]) == timedelta(seconds=10)
        assert pace.lasts([real, simulated]) == timedelta(seconds=100)


def test_in_the_test_environment_only_listed_numbers_take_the_real_way(
    make_draft: Make, limit: Callable[..., None]
) -> None:
    limit("link", 1)
    limit("simulator", 10)
    draft = make_draft(sms(), NUMBERS)

    assert said(draft, SUNDAY, Routes(600, 60, ())) == [
        "The first leave at once, the last about 13:01 at the gateway's rate."
    ]


def test_of_two_channels_each_is_told(make_draft: Make, limit: Callable[..., None]) -> None:
    limit("link", 1)
    limit("smtp", 1)
    content = sms(
        channel=Scheme.EMAIL_AND_SMS, email_from="a@ttd.example", email_subject="S", email_text="T", daytime_only=True
    )
    late = datetime(2026, 11, 22, 19, tzinfo=UTC)

    told = said(make_draft(content, "", "phone;email\n90000001;a@ttd.no\n"), late)

    assert [sentence.split(":")[0] for sentence in told] == ["E-mail", "SMS"]
    assert "The first leave at once" in told[0]
    assert "The first leave Monday 09:00" in told[1]


def test_the_check_page_says_it(drafted: Callable[..., Drafted], sender: Visitor, limit: Callable[..., None]) -> None:
    limit("link", 5)
    limit("simulator", 5)
    order = drafted(sms(send_at=utcnow() + timedelta(days=2)), "90000001")

    page = sender.get(f"/orders/{order.id}/check").text

    assert re.search(r"The first leave \w+ \d\d:\d\d, the last about \d\d:\d\d at the gateway", page)


def test_a_new_order_starts_with_the_service_owners_days(
    desk: Desk, sender: Visitor, somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]
) -> None:
    url = f"/service-owners/{desk.service_owner_id}"
    administrator = visitor().sign_in(somebody("ada", administrator=True))
    names = {"name": "TTD", "sms_sender": "Altinn-test", "email_from": "no-reply@ttd.example"}
    is_checked = r'<input(?=[^>]*name="{}")(?=[^>]*checked)'
    assert not re.search(is_checked.format("weekdays_only"), sender.get("/orders/new").text)

    answer = administrator.post(url, {**names, "weekdays_only": "y"}, page=url)

    assert answer.status_code == 303
    for page in (administrator.get(url).text, sender.get("/orders/new").text):
        assert re.search(is_checked.format("weekdays_only"), page)
        assert not re.search(is_checked.format("no_holidays"), page)
