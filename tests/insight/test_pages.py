"""The page of figures and its files: what they say, to whom, and that they never read a notification."""

from collections.abc import Callable
from datetime import date

import pytest

from app.insight.periods import Step, last_day, period
from app.messaging.status import Channel, Route, Status
from tests.fixtures.desk import Somebody, Visitor
from tests.follow.conftest import Desk
from tests.insight.conftest import days_ago
from tests.shipments.rows import Placed

Sent = Callable[..., Placed]


@pytest.fixture
def figures(sent: Sent, roll: Callable[[], None], desk: Desk) -> None:
    """Two days of ours, one of another service owner's, and something that went to the simulator."""
    sent(days_ago(1), {Status.SMS_DELIVERED: 90, Status.SMS_FAILED_EXPIRED: 10}, seconds=4)
    sent(days_ago(1), {Status.SMS_FAILED_REJECTED: 3}, gateway="other", sender="Skatt")
    sent(days_ago(2), {Status.EMAIL_DELIVERED: 7}, channel=Channel.EMAIL, gateway="smtp", sender="a@b.no")
    sent(days_ago(1), {Status.SMS_DELIVERED: 4444}, route=Route.SIMULATED)
    sent(days_ago(1), {Status.SMS_DELIVERED: 5000}, owner=desk.theirs)
    roll()


@pytest.mark.usefixtures("figures")
def test_the_page_tells_volume_share_times_and_what_failed(sender: Visitor) -> None:
    page = sender.get("/insight").text

    assert '<strong class="tile-count">110</strong>' in page
    assert "88.2 %" in page
    assert "SMS_Failed_Expired" in page
    assert "Skatt" in page
    assert "<svg" in page
    assert 'role="img"' in page
    assert "4,444" not in page
    assert "3.9 s" in page


@pytest.mark.usefixtures("figures")
def test_what_went_to_the_simulator_is_told_apart(sender: Visitor) -> None:
    page = sender.get("/insight?route=simulated").text

    assert "4,444" in page
    assert "reached nobody" in page


@pytest.mark.usefixtures("figures")
def test_a_sender_sees_only_the_own_service_owners_figures(
    sender: Visitor, other_sender: Visitor, support: Visitor, administrator: Visitor
) -> None:
    assert "5,000" not in sender.get("/insight").text
    assert "5,000" in other_sender.get("/insight").text
    assert sender.get("/insight?owner=skd").status_code == 404
    assert sender.get("/insight/figures.csv?owner=skd").status_code == 404
    assert sender.get("/insight/failures.csv?owner=skd").status_code == 404
    for everybodys in (support, administrator):
        assert "5,110" in everybodys.get("/insight").text
        assert "5,000" not in everybodys.get("/insight?owner=ttd").text


@pytest.mark.usefixtures("figures")
def test_the_figures_and_the_failures_are_files_too(sender: Visitor) -> None:
    figures = sender.get("/insight/figures.csv").data.decode("utf-8-sig").splitlines()
    failures = sender.get("/insight/failures.csv?channel=sms").data.decode("utf-8-sig").splitlines()

    assert len(figures) == 1 + 31
    yesterday = next(line for line in figures if line.startswith(f'"{days_ago(1)}"'))
    assert yesterday.split(";")[2:7] == ['"103"', '"90"', '"13"', '"0"', '"0,8738"']
    assert '"Gateway";"other";"";"3";"3"' in failures
    assert '"Gateway";"link";"";"10";"100"' in failures


@pytest.mark.usefixtures("figures")
def test_the_channel_and_the_service_owner_can_be_chosen(support: Visitor) -> None:
    assert '<strong class="tile-count">7</strong>' in support.get("/insight?channel=email&owner=ttd").text
    assert '<strong class="tile-count">103</strong>' in support.get("/insight?channel=sms&owner=ttd").text


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("over", ["day", "week", "month", "nonsense"])
def test_weeks_and_months_add_their_days_up(sender: Visitor, over: str) -> None:
    assert '<strong class="tile-count">110</strong>' in sender.get(f"/insight?over={over}").text


@pytest.mark.usefixtures("figures")
def test_an_earlier_time_has_its_own_figures(sender: Visitor) -> None:
    page = sender.get(f"/insight?until={days_ago(40)}").text

    assert "Nothing was sent in this time" in page
    assert "Later" in page


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("until", ["2999-01-01", "0001-01-01", "yesterday", "%00"])
def test_a_day_that_cannot_be_is_answered_all_the_same(sender: Visitor, until: str) -> None:
    assert sender.get(f"/insight?until={until}&over=month").status_code == 200


def test_before_the_first_figures_the_page_says_why_it_is_empty(sender: Visitor) -> None:
    assert "There are no figures yet" in sender.get("/insight").text


def test_who_sends_for_nobody_has_no_figures(
    somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]
) -> None:
    assert visitor().get("/insight").status_code == 302
    assert visitor().sign_in(somebody("nils")).get("/insight").status_code == 403


@pytest.mark.usefixtures("figures")
def test_no_notification_is_read_for_the_page(sender: Visitor, statements: Callable[[], object]) -> None:
    with statements() as asked:
        sender.get("/insight?over=month")

    tables = ("notification", "attempt", "shipment", "failure")
    assert not [one for one in asked if any(f" {table}" in one.lower() for table in tables)]
    assert len([one for one in asked if "insight_" in one]) == 4


def test_periods_end_with_the_step_of_a_day() -> None:
    weeks, months = period(Step.WEEK, date(2026, 11, 25)), period(Step.MONTH, date(2026, 2, 28))

    assert (weeks.starts[-1], weeks.last_on, len(weeks.starts)) == (date(2026, 11, 23), date(2026, 11, 29), 26)
    assert (months.starts[0], months.last_on) == (date(2025, 2, 1), date(2026, 2, 28))
    assert period(Step.WEEK, weeks.before).last_on == date(2026, 5, 31)
    assert period(Step.MONTH, months.after).starts[0] == date(2026, 3, 1)
    assert last_day(Step.MONTH, date(2028, 2, 1)) == date(2028, 2, 29)
