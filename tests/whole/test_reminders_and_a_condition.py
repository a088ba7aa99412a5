"""An order with a condition and two reminders, composed by a new user and seen through to the end of each."""

import re

import psycopg
from playwright.sync_api import Page, expect

from app.bench.stage import plain
from tests.fixtures.product import Varsel
from tests.fixtures.standin import Control, until
from tests.whole.at_the_desk import FINAL_WITHIN_MS, allow, check, phone_numbers, sign_in, tile, write_order

REACHED = phone_numbers(2, first=46_500_000)
BARRED = "90000128"

ASKED = """
select g.asked from shipment_gate as g join shipment as h on h.id = g.shipment_id where h.order_id = %s and h.no = 0
"""


def test_a_condition_holds_an_order_and_its_reminders_go_to_whom_they_should(varsel: Varsel, page: Page):
    allow(varsel, [*REACHED, BARRED])
    standin = Control(f"{varsel.standin_url}/")
    page.goto(f"{varsel.standin_url}/conditions/")
    conditions = page.get_by_text(re.compile("^https://.*/example$")).inner_text().removesuffix("example")

    standin.tell("conditions", name="main", send=None)
    standin.tell("conditions", name="second", send=False)
    sign_in(page, varsel.url)
    write_order(page, "Fristen er fredag.", [*REACHED, BARRED])
    page.locator("#condition > summary").click()
    page.get_by_label("Condition", exact=True).fill(f"{conditions}main")
    page.get_by_role("button", name="Try it now").click()
    expect(page.get_by_text("it has no sendNotification")).to_be_visible()
    page.get_by_label("Hold for a person").check()
    _remind(page, "Husk fristen!", days="7")
    _remind(page, "Siste frist!", days="14", condition=f"{conditions}second", everybody=True)
    check(page)

    expect(page.get_by_role("heading", name="Reminder 2")).to_be_visible()
    expect(page.get_by_role("list", name="Shipments by their time").get_by_role("listitem")).to_have_count(3)
    page.get_by_role("button", name="Send 3 SMS").click()
    order_url, order_id = page.url, int(page.url.rpartition("/")[2])
    shipments = page.get_by_role("table", name="Shipments of this order")
    expect(shipments.get_by_role("row", name="Reminder 1")).to_contain_text("only those not yet delivered")

    until(lambda: _answers(varsel, order_id) >= 1, within_s=90)
    _let_pass(varsel, "update shipment_gate set ask_again_at = now() where held_at is null", order_id)
    expect(page.get_by_role("heading", name="Main shipment is held")).to_be_visible(timeout=FINAL_WITHIN_MS)
    page.get_by_role("link", name="Send now").click()
    page.get_by_role("button", name="Yes, send now").click()
    expect(page.get_by_text("Sent without a clear answer by")).to_be_visible()
    expect(tile(page, "All failed").or_(tile(page, "Barred receiver")).first).to_be_visible(timeout=FINAL_WITHIN_MS)
    expect(shipments.get_by_role("row", name="Main shipment")).to_contain_text("Completed", timeout=FINAL_WITHIN_MS)

    _let_pass(varsel, "update shipment set requested_send_at = now() where no = 1", order_id)
    expect(shipments.get_by_role("row", name="Reminder 1")).to_contain_text("Completed", timeout=FINAL_WITHIN_MS)
    expect(shipments.get_by_role("row", name="Reminder 1").get_by_role("cell").nth(2)).to_have_text("1")
    _let_pass(varsel, "update shipment set requested_send_at = now() where no = 2", order_id)
    expect(shipments.get_by_role("row", name="Reminder 2")).to_contain_text(
        "condition not met", timeout=FINAL_WITHIN_MS
    )

    shipments.get_by_role("link", name="Reminder 1").click()
    expect(page.get_by_role("heading", name="Reminder 1", level=2)).to_be_visible()
    expect(page.get_by_role("table", name="Notifications").get_by_role("row")).to_have_count(2)
    page.goto(f"{order_url}?shipment=2")
    expect(page.get_by_text("No: do not send")).to_be_visible()
    expect(page.get_by_text("The condition said that nothing is to be sent.")).to_be_visible()
    expect(page.get_by_text("Nothing is open.")).to_be_visible()


def _remind(page: Page, text: str, *, days: str, condition: str = "", everybody: bool = False) -> None:
    page.get_by_role("button", name="Add a reminder").click()
    page.get_by_label("Days", exact=True).fill(days)
    page.get_by_label("Text of the SMS", exact=True).fill(text)
    page.get_by_label("Condition", exact=True).fill(condition)
    if everybody:
        page.get_by_label("As the main order's").check()
    page.get_by_role("button", name="Save reminder").last.click()
    expect(page.get_by_text("The reminder is added.")).to_be_visible()


def _answers(varsel: Varsel, order_id: int) -> int:
    """How often the main shipment's condition was asked, and what came of it noted."""
    with psycopg.connect(plain(varsel.database_url)) as connection:
        return sum(asked for (asked,) in connection.execute(ASKED, (order_id,)))


def _let_pass(varsel: Varsel, deed: str, order_id: int) -> None:
    """Let the time pass that a reminder waits for, or a condition that is asked again."""
    its = "shipment_id in (select id from shipment where order_id = %s)" if "gate" in deed else "order_id = %s"
    with psycopg.connect(plain(varsel.database_url)) as connection:
        connection.execute(f"{deed} and {its}", (order_id,))
