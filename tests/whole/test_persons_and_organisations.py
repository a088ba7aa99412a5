"""An order to persons and organisations as their registers know them, through an outage to the end of its reminder."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import Locator, Page, Request, expect

from app.bench.stage import plain
from tests.fixtures.identities import organisation_number, person_number, tenor_persons
from tests.fixtures.product import Varsel, free_ports
from tests.fixtures.standin import Control, until
from tests.whole.at_the_desk import FINAL_WITHIN_MS, allow, phone_numbers, sign_in

BERIT, CARL, DINA, MILL, MILLS_OTHER = (f"+47{number}" for number in phone_numbers(5, first=46_800_000))
ERIK, FRIDA = (f"+47{number}" for number in phone_numbers(2, first=46_900_000))
BARRED = "+4790000128"
NOBODY = "550 5.1.1 No such mailbox here"


def days_ago(days: int) -> str:
    """A moment as a register writes it."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


@dataclass(frozen=True)
class Line:
    """One notification as the order's page shows it; `why` stands in its column of reasons."""

    address: str
    status: str
    why: str = ""


@dataclass(frozen=True)
class Somebody:
    """A recipient, what the registers know, and what comes of the main shipment and of the reminder."""

    name: str
    number: str
    known: dict[str, object] | None
    main: tuple[Line, ...]
    reminder: tuple[Line, ...] = ()


def of(name: str, number: str, main: tuple[Line, ...], again: tuple[Line, ...] = (), **known: object) -> Somebody:
    """Somebody who confirmed their contact points a month ago, if nothing else is said."""
    return Somebody(name, number, {"name": name, "confirmed_at": days_ago(30), **known}, main, again)


def delivered(address: str) -> Line:
    return Line(address, "Delivered")


def bounced(address: str) -> Line:
    return Line(address, "Bounced", "no such mailbox")


def nowhere(status: str, why: str) -> tuple[Line, ...]:
    return (Line("no address found", status, why),)


UNIDENTIFIED = partial(nowhere, "Recipient not identified")
RESERVED = nowhere("Recipient reserved", "reserved against electronic communication")
STALE = UNIDENTIFIED("not confirmed the contact information for 18 months")
NO_ADDRESS = UNIDENTIFIED("The register has no address")
DEAD = UNIDENTIFIED("The register says that the person is dead")
UNKNOWN = UNIDENTIFIED("The register does not know the number")

P = tenor_persons(11)
D_NUMBER = person_number(45, 83, 90, 100)
ORGANISATIONS = [organisation_number(31_000_000 + 100_000 * n) for n in range(4)]

PERSONS = (
    of("Anne Testesen", P[0], (delivered("anne@a.example.no"),), email="anne@a.example.no"),
    of("Berit Testesen", P[1], (bounced("berit@b.example.no"), delivered(BERIT)),
       email="berit@b.example.no", phone=BERIT),
    of("Carl Testesen", P[2], (bounced("carl@c.example.no"), delivered(CARL)), email="carl@c.example.no", phone=CARL),
    of("Dina Testesen", P[3], (delivered(DINA),), phone=DINA),
    of("Erik Reservert", P[4], RESERVED, RESERVED, email="erik@e.example.no", phone=ERIK, reserved=True),
    of("Frida Gammeldags", P[5], STALE, STALE, email="frida@f.example.no", phone=FRIDA, confirmed_at=days_ago(600),
       changed_at=days_ago(2000)),
    of("Gustav Uten Adresse", P[6], NO_ADDRESS, NO_ADDRESS),
    Somebody("Hanna Ukjent", P[7], None, UNKNOWN, UNKNOWN),
    of("Ivar Avdød", P[8], DEAD, DEAD, email="ivar@i.example.no", deleted=True, dead=True),
    of("Jon Flyttet", P[9], (bounced("jon@old.example.no"),), (delivered("jon@new.example.no"),),
       email="jon@old.example.no"),
    of("Kari Utilgjengelig", P[10], (bounced("kari@k.example.no"), Line(BARRED, "Barred receiver", "barred")),
       (delivered("kari@k.example.no"),), email="kari@k.example.no", phone=BARRED),
    of("Liv Dnummer", D_NUMBER, (delivered("liv@l.example.no"),), email="liv@l.example.no"),
)  # fmt: skip
BUSINESSES = (
    of("Bakeriet AS", ORGANISATIONS[0], (delivered("post@bakeri.example.no"), delivered("felles@kontor.example.no")),
       emails=["post@bakeri.example.no", "felles@kontor.example.no"], phones=[]),
    of("Kontoret AS", ORGANISATIONS[1], (delivered("kontoret@kontor.example.no"),),
       emails=["Felles@kontor.example.no", "kontoret@kontor.example.no"], phones=[]),
    of("Mølla AS", ORGANISATIONS[2], (delivered(MILL), delivered(MILLS_OTHER)), emails=[], phones=[MILL, MILLS_OTHER]),
    Somebody("Uregistrert AS", ORGANISATIONS[3], None, UNKNOWN, UNKNOWN),
)  # fmt: skip
EVERYBODY = (*PERSONS, *BUSINESSES)
NOT_REACHED = [one for one in EVERYBODY if one.reminder]
ROWS = {one.number: row for row, one in enumerate(EVERYBODY, 2)}
"""The row of each in the file, under its heading."""

NEVER = (ERIK, FRIDA, "erik@e.example.no", "frida@f.example.no", "ivar@i.example.no")
MOVED = next(one for one in EVERYBODY if one.name == "Jon Flyttet")


@dataclass
class Desk:
    """The product, the registers' side of the stand-in, and every address that the browser asked for."""

    varsel: Varsel
    standin: Control
    asked: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        self.asked.append(request.url)


@pytest.fixture
def desk(start_varsel: Callable[..., Varsel], page: Page) -> Desk:
    """A product of the test's own that asks all registers over HTTP, with a key that Maskinporten knows."""
    key = rsa.generate_private_key(65537, 2048)
    url = f"http://127.0.0.1:{(port := free_ports(1)[0])}"
    paths = {"KRR": "krr", "NOTIFICATION_ADDRESSES": "altinn", "POPULATION_REGISTER": "folkeregisteret"}
    paths |= {"BUSINESS_REGISTER": "brreg", "MASKINPORTEN": "maskinporten"}
    varsel = start_varsel(
        "data",
        f"--standin-port={port}",
        **{f"VARSEL_{name}_URL": f"{url}/{path}" for name, path in paths.items()},
        VARSEL_MASKINPORTEN_ISSUER=f"{url}/maskinporten/",
        VARSEL_MASKINPORTEN_CLIENT_ID="varsel",
        VARSEL_MASKINPORTEN_KEY=key.private_bytes(*_PEM).decode(),
        VARSEL_REGISTER_PAUSE_S="1",
        VARSEL_EMAIL_BOUNCE_WINDOW_S="20",
    )
    standin = Control(f"{varsel.standin_url}/")
    standin.tell("registers", public_key=key.public_key().public_bytes(*_PUBLIC).decode())
    made = Desk(varsel, standin)
    page.on("request", made.note)
    return made


_PEM = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
_PUBLIC = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_an_order_to_persons_and_organisations_ends_as_their_registers_say_and_every_page_tells_why(
    desk: Desk, page: Page
):
    know_everybody(desk)
    sign_in(page, desk.varsel.url)
    compose(page)
    expect_who_cannot_be_reached(page)

    let_pass(desk.varsel, KEPT_IS_OLDER, minutes=11)
    answer(desk, "notification_addresses", 503)
    look_up_again_without_organisations(page)
    desk.standin.tell("registers", people={MOVED.number: {**(MOVED.known or {}), "email": "jon@new.example.no"}})
    let_pass(desk.varsel, KEPT_IS_OLDER, minutes=3)

    page.get_by_role("button", name="Send 6 e-mails and 1 SMS, and to 4 recipients not looked up yet").click()
    order_url = page.url
    expect_it_waits_and_nothing_is_sent(desk, page)
    answer(desk, "notification_addresses", 200)
    await_completed(page, "Main shipment")

    assert shown(page) == expected([(one, one.main) for one in EVERYBODY])
    expect(page.get_by_text("1 address is that of an earlier recipient too")).to_be_visible()
    assert statuses_in_the_file(page) == {
        "Email_Delivered": 5, "Email_Failed_Bounced": 4, "Email_Failed_RecipientReserved": 1,
        "Email_Failed_RecipientNotIdentified": 5, "SMS_Delivered": 5, "SMS_Failed_BarredReceiver": 1,
    }  # fmt: skip
    expect_each_page_to_tell_why(page, order_url)

    let_pass(desk.varsel, KEPT_IS_OLDER, minutes=11)
    desk.standin.tell("behaviour", address="kari@k.example.no")
    answer(desk, "krr", 503)
    let_pass(desk.varsel, "update shipment set requested_send_at = now() where no = 1")
    page.goto(f"{order_url}?shipment=1")
    expect(page.locator("#waits-for")).to_contain_text("KRR, the contact and reservation register has not answered")
    expect(shipments(page).get_by_role("row", name="Reminder 1")).to_contain_text("waits for a register")
    answer(desk, "krr", 200)
    await_completed(page, "Reminder 1")

    assert shown(page) == expected([(one, one.reminder) for one in NOT_REACHED])
    expect(page.get_by_text("Nothing is open.")).to_be_visible()
    expect_what_arrived(desk)
    expect_no_number_in_addresses_or_logs(desk)


def know_everybody(desk: Desk) -> None:
    """Let the registers know everybody, phones get real SMS, and some mailboxes be gone."""
    desk.standin.tell("registers", people={one.number: one.known for one in EVERYBODY if one.known})
    for address in ("berit@b.example.no", "jon@old.example.no", "kari@k.example.no"):
        desk.standin.tell("behaviour", address=address, reply=NOBODY)
    desk.standin.tell("behaviour", address="carl@c.example.no", returns="5.1.1")
    allow(desk.varsel, [BERIT, CARL, DINA, ERIK, FRIDA, MILL, MILLS_OTHER, BARRED])


def the_file() -> bytes:
    """A file of twelve persons and four organisations, as Norwegian Excel writes it."""
    lines = ["Mottaker;Sak", *(f"{one.number};2026/{row}" for row, one in enumerate(EVERYBODY, 2))]
    return "\r\n".join(lines).encode("cp1252")


def compose(page: Page) -> None:
    """Write the order with one reminder to those not reached, and have it checked."""
    page.get_by_role("link", name="New order").first.click()
    page.get_by_label("Service owner").select_option("Skatteetaten (skd)")
    page.get_by_label("E-mail, otherwise SMS").check()
    page.get_by_label("Use the other channel also where the first one fails").check()
    page.get_by_label("Text of the SMS", exact=True).fill("Hei $recipientName$, brev i sak ((Sak)).")
    page.get_by_label("Subject", exact=True).fill("Brev i sak ((Sak))")
    page.get_by_label("Text of the e-mail", exact=True).fill("Hei $recipientName$, du har et brev.")
    page.get_by_label("Files of recipients").set_input_files(
        {"name": "mottakere.csv", "mimeType": "text/csv", "buffer": the_file()}
    )
    page.get_by_label("Anytime").check()
    page.get_by_role("button", name="Add a reminder").click()
    expect(page.get_by_label("Only those not yet delivered")).to_be_checked()
    page.get_by_label("Subject", exact=True).fill("Husk brevet i sak ((Sak))")
    page.get_by_role("button", name="Save reminder").last.click()
    expect(page.get_by_text("The reminder is added.")).to_be_visible()
    page.get_by_role("button", name="Check before sending").click()


def expect_who_cannot_be_reached(page: Page) -> None:
    """The check says who cannot be reached and why, how fresh that is, and how many go which way."""
    reach = page.locator("#reach")
    expect(reach).to_be_visible(timeout=FINAL_WITHIN_MS)
    for reason in ("Reserved against", "Contact information not confirmed", "No address", "Not in the", "Deceased"):
        expect(reach.get_by_role("listitem").filter(has_text=re.compile(f"^Person: {reason}.* 1$"))).to_have_count(1)
    expect(reach.get_by_role("listitem").filter(has_text="Organisation: Not in the register")).to_have_count(1)
    expect(reach).to_contain_text(
        re.compile(r"16 recipients looked up, as of \d\d:\d\d:\d\d, changes show by \d\d:\d\d:\d\d")
    )
    expect(page.locator("#ways")).to_contain_text("8 recipients by e-mail.")
    expect(page.locator("#ways")).to_contain_text("2 recipients by SMS, for want of an e-mail address.")
    expect(page.locator("#message-email")).to_contain_text("Hei Anne Testesen, du har et brev.")
    page.get_by_role("link", name="Show who cannot be reached").click()
    table = page.get_by_role("table", name="Who cannot be reached")
    expect(table.get_by_role("row")).to_have_count(7)
    expect(table.get_by_role("row").filter(has_text=f"{P[4][:6]} •••••")).to_contain_text("Reserved")
    page.get_by_role("link", name="Check before sending").click()


def look_up_again_without_organisations(page: Page) -> None:
    """While their register is down, the check says what is not known, and all that is."""
    page.get_by_role("button", name="Look up again").click()
    reach = page.locator("#reach")
    expect(reach).to_contain_text("Notification addresses of organisations does not answer.", timeout=FINAL_WITHIN_MS)
    expect(reach).to_contain_text("So it is not known whether 4 recipients can be reached.")
    expect(reach).to_contain_text("Person: Reserved against electronic communication")
    expect(page.locator("#ways")).to_contain_text("6 recipients by e-mail.")


def expect_it_waits_and_nothing_is_sent(desk: Desk, page: Page) -> None:
    """The order says for which register it waits; meanwhile nothing leaves, to persons neither."""
    waits = page.locator("#waits-for")
    expect(waits).to_contain_text("It waits: Notification addresses of organisations has not answered since")
    expect(waits).to_contain_text("Nothing is sent on a guess.")
    expect(shipments(page).get_by_role("row", name="Main shipment")).to_contain_text("waits for a register")
    expect(page.get_by_text("No notifications yet")).to_be_visible()
    order_url, asked = page.url, register_requests(desk, "notification_addresses")
    page.goto(f"{desk.varsel.url}/orders")
    expect(page.get_by_role("table", name="Orders").get_by_role("row").nth(1)).to_contain_text("waits for a register")
    until(lambda: register_requests(desk, "notification_addresses") > asked, within_s=60)
    assert not [line.address for one in EVERYBODY for line in one.main if messages_to(desk, line.address)]
    page.goto(order_url)


def expect_each_page_to_tell_why(page: Page, order_url: str) -> None:
    """Each notification's own page says what its register answered, when, and why nothing was sent."""
    for name, *sentences in (
        ("Erik Reservert", "Email_Failed_RecipientReserved", "Not sent: Reserved against electronic communication."),
        ("Frida Gammeldags", "Not sent: Contact information not confirmed for 18 months.", "E-mail address confirmed"),
        ("Gustav Uten Adresse", "Phone numbers: 0. E-mail addresses: 0.", "Reach the person by post."),
        ("Hanna Ukjent", "Not sent: Not in the register.", "Check the number"),
        ("Ivar Avdød", "Not sent: Deceased or dissolved.", "Remove them from your data."),
        ("Jon Flyttet", "jon@old.example.no", "What changed there after that shows by"),
    ):
        somebody = next(one for one in EVERYBODY if one.name == name)
        open_notification(page, ROWS[somebody.number])
        for sentence in ("Contact looked up in KRR", f"Person {somebody.number[:6]} •••••", *sentences):
            expect(page.locator("main")).to_contain_text(sentence)
        page.goto(order_url)
    open_notification(page, ROWS[P[1]], at=1)
    expect(page.locator("main")).to_contain_text("Contact looked up in KRR")
    expect(page.locator("main")).to_contain_text(f"Hei Berit Testesen, brev i sak 2026/{ROWS[P[1]]}.")
    page.locator("#instead-of").click()
    expect(page.locator("main")).to_contain_text("on the other channel, since this one failed")
    page.goto(order_url)


def expect_what_arrived(desk: Desk) -> None:
    """Each got what the pages say, once, and to whom nothing may be sent nothing came."""
    once = [line.address for one in EVERYBODY for line in (*one.main, *one.reminder) if line.status == "Delivered"]
    assert {address: len(messages_to(desk, address)) for address in once} == dict.fromkeys(once, 1)
    assert not [address for address in NEVER if messages_to(desk, address)]
    [reminded] = messages_to(desk, "jon@new.example.no")
    assert (reminded["subject"], reminded["text"].strip()) == (
        f"Husk brevet i sak 2026/{ROWS[MOVED.number]}",
        "Hei Jon Flyttet, du har et brev.",
    )


def expect_no_number_in_addresses_or_logs(desk: Desk) -> None:
    """No identity number stands in an address that the browser asked for, or in what any part has logged."""
    logged = "".join(path.read_text(errors="replace") for path in desk.varsel.data.rglob("*.log"))
    assert logged
    said = [logged, *desk.asked]
    assert not [one.name for one in PERSONS if any(one.number in text for text in said)]


def open_notification(page: Page, row_no: int, at: int = 0) -> None:
    """Open the page of a recipient's notification from the order's table."""
    rows = page.get_by_role("table", name="Notifications").get_by_role("row")
    mine = rows.filter(has=page.locator("td:first-child", has_text=re.compile(f"^{row_no}$")))
    mine.nth(at).get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_role("heading", name=re.compile("^Notification"), level=1)).to_be_visible()


def shipments(page: Page) -> Locator:
    return page.get_by_role("table", name="Shipments of this order")


def await_completed(page: Page, name: str) -> None:
    expect(shipments(page).get_by_role("row", name=name)).to_contain_text("Completed", timeout=FINAL_WITHIN_MS)


def shown(page: Page) -> list[tuple[int, str, str, str]]:
    """Row, recipient, status and reason of each notification as the order's table shows them."""
    rows = page.get_by_role("table", name="Notifications").locator("tbody tr").all()
    return [_cells(row) for row in rows]


def _cells(row: Locator) -> tuple[int, str, str, str]:
    number, status, reason = (row.locator("td").nth(n).inner_text().strip() for n in range(3))
    return int(number), row.get_by_role("link").first.inner_text(), status, reason


class Containing(str):
    """Equal to every text in which it stands."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and str(self) in other

    __hash__ = str.__hash__


def expected(found: list[tuple[Somebody, tuple[Line, ...]]]) -> list[tuple[int, str, str, str]]:
    """What the order's table must show."""
    return [
        (ROWS[one.number], line.address, line.status, Containing(line.why)) for one, lines in found for line in lines
    ]


def statuses_in_the_file(page: Page) -> dict[str, int]:
    """How often each status stands in the downloaded results."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download results").click()
    rows = csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";")
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["Status"]] = counts.get(row["Status"], 0) + 1
    return counts


def answer(desk: Desk, register: str, status: int) -> None:
    """Let a register answer so from now on."""
    desk.standin.tell("registers", register=register, status=status)


def register_requests(desk: Desk, register: str) -> int:
    counts = desk.standin.ask("counts")
    assert isinstance(counts, dict)
    return int(counts["registers"][register])


def messages_to(desk: Desk, address: str) -> list[dict[str, str]]:
    """What has come to a phone or a mailbox of the stand-in."""
    found = desk.standin.ask(f"{'mailboxes' if '@' in address else 'phones'}/{address}")
    assert isinstance(found, list)
    return found


KEPT_IS_OLDER = "update kept_answer set answered_at = answered_at - make_interval(mins => %(minutes)s)"


def let_pass(varsel: Varsel, deed: str, **told: int) -> None:
    """Let the time pass that answers are kept for, or that a reminder waits for."""
    with psycopg.connect(plain(varsel.database_url)) as connection:
        connection.execute(deed, told)
