"""One notification's page: what was sent, each attempt and report in words, what to do, for whom it is open."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from app.db import utcnow
from app.messaging.status import AttemptOutcome, Channel, ReportEffect, Route, ShipmentStatus, Status
from tests.fixtures.desk import Visitor
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]
Change = Callable[..., None]


def page_of(browser: Visitor, notification_id: int) -> str:
    """The page of a notification as a browser gets it."""
    answer = browser.get(f"/notifications/{notification_id}")
    assert answer.status_code == 200
    return answer.text


def events(page: str) -> list[str]:
    """The sentences of the timeline, from the first on."""
    timeline = page.partition('<ol class="timeline">')[2].partition("</ol>")[0]
    timeline = re.sub(r'<span class="muted after">.*?</span>', "", timeline)
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()
        for text in re.findall(r"</time>(.*?)</li>", timeline, re.DOTALL)
    ]


@pytest.mark.parametrize("notification_id", ["99999", "0", "9223372036854775808"])
def test_an_unknown_notification_is_an_unknown_page(sender: Visitor, notification_id: str) -> None:
    assert sender.get(f"/notifications/{notification_id}").status_code == 404


def test_a_notification_of_another_service_owner_is_an_unknown_page(other_sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 1})

    assert other_sender.get(f"/notifications/{placed.first_id}").status_code == 404


def test_a_status_is_explained_with_its_advice(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_FAILED_BARRED_RECEIVER: 1})

    page = page_of(sender, placed.first_id)

    assert "SMS_Failed_BarredReceiver" in page
    assert "The number is barred, blocked or not in use." in page
    assert "Remove the number from your data, and reach the person another way." in page


def test_an_attempt_under_way_is_not_called_none(sender: Visitor, place: Place) -> None:
    sending = place({Status.SMS_SENDING: 1}, status=ShipmentStatus.PROCESSED)
    waiting = place({Status.SMS_NEW: 1}, status=ShipmentStatus.PROCESSED)

    assert "The first attempt is under way" in page_of(sender, sending.first_id)
    assert "No attempt yet" in page_of(sender, waiting.first_id)


def test_the_text_is_shown_as_it_was_sent(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_DELIVERED: 1}, body="Dear ((name))", columns=["phone", "name"], values=["Kari"])
    change(rows.attempt, placed.first_id, text="Dear Kari (as sent)", sender="Ttd")

    page = page_of(sender, placed.first_id)

    assert "Dear Kari (as sent)" in page
    assert "The text as it was sent." in page
    assert '<p class="phone-sender">Ttd</p>' in page


def test_before_an_attempt_the_text_is_what_would_be_sent(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_NEW: 1}, body="Dear ((Name))", columns=["phone", "name"], values=["Kari"])

    page = page_of(sender, placed.first_id)

    assert "Dear Kari" in page
    assert "Not handed over yet" in page
    assert "No attempt yet" in page


def test_a_text_without_placeholders_is_the_orders_own(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_DELIVERED: 1}, body="Æ, Ø and Å")
    change(rows.attempt, placed.first_id)

    page = page_of(sender, placed.first_id)

    assert "Æ, Ø and Å" in page
    assert "GSM-7, 1 segment" in page


def test_an_e_mail_shows_its_subject_filled(sender: Visitor, place: Place, change: Change) -> None:
    placed = place(
        {Status.EMAIL_DELIVERED: 1},
        channel=Channel.EMAIL,
        body="((case))",
        columns=["e-mail", "case"],
        values=["case 17"],
    )
    change(rows.attempt, placed.first_id, text="case 17", gateway="smtp", segments=0)

    page = page_of(sender, placed.first_id)

    assert "About case 17" in page
    assert "If it is not seen, look in the spam folder." in page
    assert "segment" not in page


def test_every_attempt_stands_with_the_gateways_own_words(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    change(
        rows.attempt,
        placed.first_id,
        outcome=AttemptOutcome.REFUSED_FOR_NOW,
        reference=None,
        code="503",
        words="busy, come back later",
    )
    change(rows.attempt, placed.first_id, 2)

    page = page_of(sender, placed.first_id)

    assert "Refused for now" in page
    assert "busy, come back later" in page
    assert "Accepted by the gateway" in page
    assert f"ref-{placed.first_id}-2" in page
    assert "0.12 s" in page


def test_every_report_stands_with_what_it_did(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    change(rows.report, placed.first_id)
    change(rows.report, placed.first_id, effect=ReportEffect.NO_CHANGE)
    change(rows.report, placed.first_id, state="ODD", status=None, effect=ReportEffect.UNKNOWN_STATE)

    page = page_of(sender, placed.first_id)

    assert "Changed the status" in page
    assert "a repeat, the status was final already" in page
    assert "the gateway's word is not known" in unescape(page)


def test_the_timeline_tells_all_in_its_order(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_ACCEPTED: 1}, status=ShipmentStatus.PROCESSED)
    change(rows.attempt, placed.first_id)
    change(rows.report, placed.first_id)
    change(rows.move, placed.ids, Status.SMS_DELIVERED, status_at=utcnow() + timedelta(seconds=2))

    assert events(page_of(sender, placed.first_id)) == [
        "Order placed",
        "Attempt 1: its route Real: to the phone network",
        "Attempt 1: handed over to link Status: Sending",
        "Attempt 1: Accepted by the gateway OK",
        "Status: Accepted",
        "Delivery report: Delivered DELIVRD",
        "Final status: Delivered",
    ]


def test_what_went_to_the_simulator_is_never_just_delivered(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_DELIVERED: 1}, route=Route.SIMULATED)
    change(rows.attempt, placed.first_id, gateway="simulator", route=Route.SIMULATED)
    change(rows.report, placed.first_id, gateway="simulator")

    page = page_of(sender, placed.first_id)

    assert "no phone got it" in page
    assert "Final status: Delivered (simulated)" in page
    assert not re.search(
        r"Delivered(?! \(simulated\))(?!</span> <span[^>]*>simulated)", page.replace("SMS_Delivered", "")
    )


def test_what_a_rule_stopped_is_never_said_to_have_gone_anywhere(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_NEW: 1}, route=Route.SIMULATED)
    change(rows.move, placed.ids, Status.SMS_FAILED_REJECTED, reason="country_rule:ES-alpha-unregistered-3")

    page = page_of(sender, placed.first_id)

    assert "In Spain, operators block a name that is not in the register of CNMC" in page
    assert "It was not handed over to a gateway." in page
    assert "None: it was not handed over" in page
    assert "this is what would have been sent" in page
    assert "It ended before it was handed over" in page
    for untrue in ("went to the simulator", "The operator refused", "Not handed over yet", "attempt yet", "report yet"):
        assert untrue not in page


def test_to_a_sender_it_is_a_page_of_the_orders(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 1})

    assert '<a href="/orders" aria-current="true">Orders</a>' in page_of(sender, placed.first_id)


def test_an_uncertain_one_says_why_and_what_to_do(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_SENDING: 1}, status=ShipmentStatus.PROCESSED)
    change(rows.move, placed.ids, Status.SMS_SENDING, uncertain=True, reason="handover_uncertain")
    change(rows.attempt, placed.first_id, outcome=AttemptOutcome.UNCERTAIN, reference=None, answered_at=None, words="")

    page = page_of(sender, placed.first_id)

    assert ">uncertain</span>" in page
    assert "is handing it over" not in page
    assert "may or may not have it" in page
    assert "Ask the gateway" in page
    assert "no answer" in page


def test_the_row_and_its_own_values_are_shown(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 2}, columns=["phone", "town"], values=["Bodø"], file_name="citizens.xlsx")

    page = page_of(sender, placed.ids[1])

    assert "3 of citizens.xlsx" in page
    assert "Bodø" in page


def test_support_sees_what_happened_but_not_to_whom_nor_the_text(
    sender: Visitor, support: Visitor, place: Place, change: Change
) -> None:
    placed = place({Status.SMS_FAILED: 1}, body="Dear ((town))", columns=["phone", "town"], values=["Bodø"])
    address = rows.address_of(placed, placed.first_id)
    change(rows.attempt, placed.first_id, text="Dear Bodø", words=f"no route to {address.removeprefix('+')}")

    covered = page_of(support, placed.first_id)

    assert address in page_of(sender, placed.first_id)
    assert address.removeprefix("+") not in covered
    assert "Bodø" not in covered
    assert "no route to +47" in covered
    assert "The text is covered for the support desk." in covered


def test_the_page_asks_again_until_the_notification_is_final(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_ACCEPTED: 1}, status=ShipmentStatus.PROCESSED)
    url = f"/notifications/{placed.first_id}"
    part = sender.get(url, headers={"HX-Request": "true"})
    seen = {"HX-Request": "true", "If-None-Match": part.headers["ETag"]}
    assert "hx-trigger" in part.text
    assert sender.get(url, headers=seen).status_code == 304

    change(rows.report, placed.first_id, effect=ReportEffect.UNKNOWN_STATE, status=None)
    reported = sender.get(url, headers=seen)
    change(rows.move, placed.ids, Status.SMS_DELIVERED)
    final = sender.get(url, headers=seen)

    assert reported.status_code == 200
    assert "hx-trigger" in reported.text
    assert "hx-trigger" not in final.text


def test_the_page_takes_a_fixed_number_of_questions(
    sender: Visitor, place: Place, change: Change, statements: Callable[..., object]
) -> None:
    placed = place({Status.SMS_DELIVERED: 3}, columns=["phone"])
    for no in range(1, 6):
        change(rows.attempt, placed.first_id, no)
        change(rows.report, placed.first_id)

    with statements() as asked:
        page_of(sender, placed.first_id)

    assert len(asked) <= 15
