"""A support person's first day: eleven kinds of failure in one order, each understood, mended or closed."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import Faults
from tests.fixtures.product import Varsel
from tests.fixtures.standin import Control
from tests.whole.at_the_desk import allow, await_silence, phone_numbers, sign_in, sign_out

ORDER_SIZE = 2_000
RESERVED = "10846821185"
"""A test person of the demo data who is reserved against electronic communication."""


@dataclass(frozen=True)
class Kind:
    """One kind of failure, how many of it, how it is made, and what the inbox says of it."""

    name: str
    count: int
    sentence: str
    advice: str
    who: str
    behaves: dict[str, Any] = field(default_factory=dict)
    first: int = 0
    """The first of its phone numbers, where it is not Norwegian; 0 for an e-mail address or a Norwegian number."""


REGISTER = "Register the sender ID in that country, or send from a number."
CHECK_NUMBER = "Check the number with the person; correct it, or use e-mail."
CHECK_ADDRESS = "Check the address with the person; correct it, or use SMS."
AGAIN = "Send it again if it still matters."

SMS = (
    Kind("off", 8, "The phone was off or out of reach until the operator gave up.", AGAIN, "the support desk",
         {"states": ["EXPIRED"]}),
    Kind("fault", 7, "No operator took it, or the gateway had a fault.", AGAIN, "the support desk",
         {"states": ["FAILED"]}),
    Kind("barred", 6, "The number is barred, blocked or not in use.", "Do not send to it again", "the sender",
         {"states": ["BARRED"]}),
    Kind("noway", 5, "The operator found no way to the number, or the number is wrong.", CHECK_NUMBER, "the sender",
         {"states": ["UNDELIV"]}),
    Kind("invalid", 1, "The gateway does not accept the phone number.", CHECK_NUMBER, "the sender",
         {"answer": "invalid_receiver"}),
)  # fmt: skip
ABROAD = (
    Kind("spain", 40, "Spain refuses Skattinfo: In Spain, operators block a name that is not in the register of CNMC",
         "Register the sender in this country.", "the sender",
         first=34_612_340_000),
    Kind("thailand", 12, "Thailand refuses Skattinfo: The operator refused it.", REGISTER, "an administrator",
         {"states": ["REJECTD"]}, first=66_812_340_000),
)  # fmt: skip
EMAIL = (
    Kind("nobody", 4, "The receiving server has no such mailbox.", CHECK_ADDRESS, "the sender",
         {"reply": "550 5.1.1 No such mailbox here"}),
    Kind("full", 9, "The mailbox is full.", AGAIN, "the support desk", {"returns": "5.2.2"}),
    Kind("spam", 3, "The receiving server took the contents for spam.", "Look at the wording",
         "the operator of Varsel", {"step": "contents", "reply": "554 5.7.1 Looks like spam"}),
)  # fmt: skip
PERSONS = (Kind("reserved", 1, "The person is reserved against electronic communication.", "by post", "the sender"),)
KINDS = (*SMS, *ABROAD, *EMAIL, *PERSONS)

TEMPORARY = ("off", "fault", "full")
CLOSED = ("barred", "noway", "nobody", "spam", "reserved")


@dataclass
class Made:
    """The order's recipients: which belong to which kind of failure."""

    addresses: dict[str, list[str]]
    rows: list[str]
    """Lines of the file: phone, e-mail, name."""


def recipients() -> Made:
    """Think up 2,000 recipients, of whom all but the eleven kinds are reached."""
    numbers = iter(phone_numbers(ORDER_SIZE))
    addresses = {kind.name: [f"+47{next(numbers)}" for _ in range(kind.count)] for kind in SMS}
    addresses |= {kind.name: [f"+{kind.first + n}" for n in range(kind.count)] for kind in ABROAD}
    addresses |= {kind.name: [f"{kind.name}{n}@mail.example.no" for n in range(kind.count)] for kind in EMAIL}
    failing = sum(map(len, addresses.values()))
    good = [f"+47{next(numbers)}" for _ in range(ORDER_SIZE - failing - len(PERSONS))]
    every = [address for known in (*addresses.values(), good) for address in known]
    return Made(addresses, [_row(address) for address in every])


def _row(address: str) -> str:
    if "@" in address:
        return f";{address};Kari"
    return f"{address};{email_of(address) if address.startswith('+34') else ''};Kari"


def email_of(number: str) -> str:
    """The e-mail address beside a Spanish number."""
    return f"per{number[-4:]}@spania.example.no"


@pytest.fixture
def product(start_varsel) -> Varsel:
    """A product of the test's own; an e-mail that does not come back within twenty seconds counts as delivered."""
    return start_varsel("data", VARSEL_EMAIL_BOUNCE_WINDOW_S="20")


def make_fail(standin: Control, made: Made) -> None:
    """Let the stand-in do to each of these what its kind says."""
    for kind in (*SMS, *ABROAD, *EMAIL):
        for address in made.addresses[kind.name]:
            named = "address" if "@" in address else "number"
            standin.tell("behaviour", **{named: address}, **kind.behaves)


def mend(standin: Control, made: Made) -> None:
    """The phones are on again, the operators too, and the mailboxes have been cleared."""
    for name in (*TEMPORARY, "thailand"):
        for address in made.addresses[name]:
            standin.tell("behaviour", **{"address" if "@" in address else "number": address})


def place(page: Page, url: str, made: Made) -> None:
    """Send the order as a sender does."""
    sign_in(page, url)
    page.get_by_role("link", name="New order").first.click()
    page.get_by_label("Service owner").select_option("Skatteetaten (skd)")
    page.get_by_label("SMS, otherwise e-mail").check()
    page.get_by_label("Sender", exact=True).first.fill("Skattinfo")
    page.get_by_label("Text of the SMS", exact=True).fill("Hei! Les mer: https://skatt.example.no/1")
    page.get_by_label("Subject").fill("Fra Skatteetaten")
    page.get_by_label("Text of the e-mail").fill("Hei! Les mer: https://skatt.example.no/1")
    page.get_by_label("Pasted recipients").fill(RESERVED)
    contents = "\n".join(["phone;email;name", *made.rows]).encode()
    page.get_by_label("Files of recipients").set_input_files(
        {"name": "recipients.csv", "mimeType": "text/csv", "buffer": contents}
    )
    page.get_by_label("Anytime").check()
    page.get_by_role("button", name="Check before sending").click()
    page.get_by_label(re.compile("^Thailand: send 12 SMS all the same")).check()
    page.get_by_role("button", name=re.compile("^Send 16 e-mails and 1,943 SMS$")).click()
    await_silence(page)


def find(page: Page, spelt: str) -> None:
    """Search for a phone number as somebody reads it out, and open what is found."""
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Find a notification or an order").fill(spelt)
    page.get_by_role("button", name="Search").click()
    taken_for = page.get_by_role("navigation", name="What the text was taken for")
    expect(taken_for.get_by_role("link").first).to_have_text(re.compile("phone number", re.IGNORECASE))
    page.get_by_role("table", name="Notifications").get_by_role("row").nth(1).get_by_role("link").first.click()


def reveal(page: Page, number: str) -> None:
    """Uncover what is covered: not without a reason, and then with one."""
    expect(page.get_by_text("The text is covered")).to_be_visible()
    expect(page.get_by_text(number)).to_have_count(0)
    page.get_by_role("link", name="Uncover it, with a reason").click()
    page.get_by_role("button", name="Uncover for 15 minutes").click()
    expect(page.get_by_role("link", name="Choose a reason.")).to_be_visible()
    page.get_by_label("Reason").select_option(label="The recipient asks about the message")
    page.get_by_label("Case reference").fill("2026/1204")
    page.get_by_role("button", name="Uncover for 15 minutes").click()
    expect(page.get_by_text(number).first).to_be_visible()


def expect_story(page: Page) -> None:
    """Read on the page of a barred number what was done, and what came of it, in this order."""
    story = page.locator(".timeline").inner_text()
    told = (
        "Checked",
        "Order placed by Kari Nordmann",
        "handed over to link",
        "Delivery report: Barred",
        "Final status",
    )
    places = [story.index(words) for words in told]
    assert places == sorted(places)
    expect(page.get_by_role("table", name="Delivery reports")).to_contain_text("BARRED")


def row_of(page: Page, kind: Kind) -> Locator:
    """The inbox's row of one kind."""
    return page.get_by_role("table", name="Failures").get_by_role("row").filter(has_text=kind.sentence)


def open_inbox(page: Page) -> None:
    page.get_by_role("link", name="Support", exact=True).click()
    expect(page.get_by_role("heading", name="Failures", level=1)).to_be_visible()


def expect_the_groups(page: Page) -> None:
    """See in the inbox one group for each kind, with its count, its sentence, what to do and who can."""
    for kind in KINDS:
        row = row_of(page, kind)
        expect(row).to_have_count(1)
        expect(row).to_contain_text(kind.advice)
        expect(row).to_contain_text(f"Who can: {kind.who}.")
        expect(row.get_by_role("cell").nth(1)).to_contain_text(re.compile(rf"^{kind.count}\b"))
    expect(page.locator("tr[id^=group-]")).to_have_count(len(KINDS))


def mend_one_kind(page: Page, kind: Kind, deed: str, reason: str, **filled: str) -> None:
    """Do something about a whole group: read what it will do, confirm it, and wait until it is done."""
    open_inbox(page)
    row_of(page, kind).get_by_role("link").click()
    page.get_by_role("link", name="Do something about them").click()
    page.get_by_label(deed, exact=True).check()
    for label, value in filled.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="See what it will do").click()
    expect(page.get_by_text("Nothing has been done yet")).to_be_visible()
    page.get_by_role("button", name=f"{deed}: {kind.count}", exact=True).click()
    expect(page.get_by_text(f"{kind.count} of {kind.count} seen to")).to_be_visible()


def correct(page: Page, kind: Kind, number: str) -> None:
    """Send the only failure of its kind to the right number."""
    open_inbox(page)
    row_of(page, kind).get_by_role("link").click()
    page.locator("tr[id^=failure-]").get_by_role("link").first.click()
    page.get_by_role("link", name="Send again, correct, move or close").click()
    page.get_by_label("Correct the address and send again").check()
    page.get_by_label("The right address").fill(number)
    page.get_by_label("Reason").fill("The service owner has found the right number")
    page.get_by_role("button", name="See what it will do").click()
    page.get_by_role("button", name="Correct the address and send again: 1").click()
    expect(page.get_by_text("It is sent to the other address.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Notification")).first).to_be_visible()


def expect_audit(page: Page) -> None:
    """Read in the audit log that each thing was done, by whom and why."""
    page.get_by_role("link", name="Administration", exact=True).click()
    page.get_by_role("link", name="Audit log").click()
    page.get_by_label("Who").select_option(label="Siv Lund")
    page.get_by_role("button", name="Show").click()
    told = page.get_by_role("table", name="Audit log")
    deeds = {
        "send again": TEMPORARY,
        "send again with another sender": ("thailand",),
        "move to the other channel": ("spain",),
        "send to another address": ("invalid",),
        "close": CLOSED,
    }
    counts = {kind.name: kind.count for kind in KINDS}
    for deed, names in deeds.items():
        began = told.get_by_role("row").filter(has_text=f"Began a remedy: {deed}, ")
        expect(began).to_have_count(len(names))
        for count in {counts[name] for name in names}:
            of_that = [name for name in names if counts[name] == count]
            expect(began.filter(has_text=f"number of failures {count};")).to_have_count(len(of_that))
    expect(told.get_by_role("row").filter(has_text="Searched across service owners")).to_have_count(1)
    expect(told.get_by_role("row").filter(has_text="Uncovered the notification")).to_contain_text("2026/1204")
    expect(told).to_contain_text("Nobody answers there any more")


def test_a_new_support_person_empties_the_inbox(product: Varsel, page: Page, faults: Faults):
    faults.allow("422 .*/reveal")
    made, standin = recipients(), Control(f"{product.standin_url}/")
    kinds = {kind.name: kind for kind in KINDS}
    allow(product, [address for kind in SMS + ABROAD for address in made.addresses[kind.name]])
    make_fail(standin, made)
    place(page, product.url, made)
    order_url = page.url
    sign_out(page)

    sign_in(page, product.url, "support")
    open_inbox(page)
    expect_the_groups(page)
    barred = made.addresses["barred"][0]
    find(page, f"{barred[3:6]} {barred[6:8]} {barred[8:]}")
    reveal(page, barred)
    expect_story(page)

    mend(standin, made)
    for name in TEMPORARY:
        mend_one_kind(page, kinds[name], "Send again", "It passes by itself")
    move = "Move to the other channel, where an address is known"
    mend_one_kind(page, kinds["spain"], move, "Spain stops the name until it is registered")
    mend_one_kind(
        page, kinds["thailand"], "Send again with another sender", "It is registered", The_other_sender="Skatt"
    )
    correct(page, kinds["invalid"], "412 34 567")
    for name in CLOSED:
        mend_one_kind(page, kinds[name], "Close without sending", "Nobody answers there any more")
    open_inbox(page)
    expect(page.get_by_text("Nothing waits here")).to_be_visible()

    page.goto(order_url)
    await_silence(page)
    open_inbox(page)
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    assert all(standin.ask(f"mailboxes/{email_of(number)}") for number in made.addresses["spain"])
    sign_out(page)
    sign_in(page, product.url, "administrator")
    expect_audit(page)
