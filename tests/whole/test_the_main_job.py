"""The whole job as a new user does it: write, check, send, follow, understand, take home, and find what arrived."""

import csv
import io
import re

from playwright.sync_api import Page, expect

from tests.fixtures.product import Varsel
from tests.whole.at_the_desk import allow, await_silence, check, count_of, phone_numbers, sign_in, tile, write_order

PASTED = phone_numbers(10)
BARRED, UNDELIVERED, REFUSED = "90000128", "90000123", "90000101"
FAULTS = {
    "land lines": ["22 22 22 22"] * 3,
    "what Excel broke": ["4,79E+10"] * 2,
    "too short": ["9123"] * 2,
    "rubbish": ["ring meg", ""],
}
FILE_ROWS = 1_000


def the_file() -> tuple[bytes, list[str]]:
    """A file of 1,000 rows as Norwegian Excel writes it, and the numbers in it that can be sent to."""
    faulty = [value for values in FAULTS.values() for value in values]
    repeated = [PASTED[0], "+47 " + PASTED[1]]
    good = [BARRED, UNDELIVERED, REFUSED]
    good += phone_numbers(FILE_ROWS - len(faulty) - len(repeated) - len(good), first=41_500_000)
    numbers = [*good[:400], *faulty, *good[400:], *repeated]
    lines = ["Mobilnummer;Fornavn;Sted", *(f"{number};Kåre {row};Bodø" for row, number in enumerate(numbers, 2))]
    return "\r\n".join(lines).encode("cp1252"), good


def test_a_new_user_sends_an_order_and_follows_it_to_the_end(varsel: Varsel, page: Page):
    contents, good = the_file()
    sendable = len(good)
    allow(varsel, PASTED + good)
    total = sendable + len(PASTED)

    sign_in(page, varsel.url)
    write_order(page, "Hei! Skjemaet ditt er mottatt på Skatteetaten.", PASTED)
    expect(page.get_by_text("GSM-7")).to_be_visible()
    page.get_by_label("Files of recipients").set_input_files(
        {"name": "mottakere.csv", "mimeType": "text/csv", "buffer": contents}
    )
    check(page)

    assert count_of(page, "valid") == total
    assert count_of(page, "invalid") == FILE_ROWS - sendable - 2
    assert count_of(page, "duplicates") == 2
    invalid = page.get_by_role("table").filter(has_text="Why")
    expect(invalid.get_by_role("row", name="22 22 22 22").first).to_contain_text("land line")
    expect(invalid.get_by_role("row", name="4,79E+10").first).to_contain_text("Excel")
    countries = page.get_by_role("table").filter(has_text="Price per segment")
    expect(countries.get_by_role("row", name="Norway")).to_contain_text(f"{total:,}")
    page.get_by_label("Leave these rows out").check()
    page.get_by_role("button", name=f"Send {total:,} SMS").click()

    order_url = page.url
    assert re.search(r"/orders/\d+$", order_url)
    await_silence(page)
    delivered = count_of(page, "Delivered")
    assert delivered == total - 3
    for failed in ("Barred receiver", "Undelivered", "Invalid recipient"):
        assert count_of(page, failed) == 1

    tile(page, "Barred receiver").click()
    page.get_by_role("link", name=f"+47{BARRED}").click()
    expect(page.get_by_text("SMS_Failed_BarredReceiver")).to_be_visible()
    expect(page.get_by_text("The number is barred, blocked or not in use.").first).to_be_visible()
    expect(page.get_by_role("table", name="Delivery reports")).to_contain_text("BARRED")

    page.goto(order_url)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download results").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == total
    assert sum(row["Status"] == "SMS_Delivered" for row in rows) == delivered
    assert {row["Recipient"] for row in rows} >= {f"+47{number}" for number in PASTED}

    page.goto(varsel.standin_url)
    page.get_by_label("Phone number or e-mail address").fill(PASTED[3])
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("Skjemaet ditt er mottatt på Skatteetaten.")).to_have_count(1)
    expect(page.get_by_text("Skatt", exact=True)).to_be_visible()
