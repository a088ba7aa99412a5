"""What a person does in the browser, in the words of the pages."""

import re

import psycopg
from playwright.sync_api import Locator, Page, expect

from app.bench.stage import plain
from app.demo import ACCOUNTS
from app.messaging.address import InvalidAddress, parse_phone
from tests.fixtures.product import Varsel

ALLOW = """
insert into allow_list_entry
    (number, status, holder, consent_on, consent_how, service_owner_id, purpose, from_at, until_at, requested_by_id)
select number, 2, 'A test', current_date, 'A test', o.id, 'A test', now(), now() + interval '1 day', p.id
from unnest(%s::text[]) as number, service_owner as o, person as p
where o.short_name = 'ttd' and p.email = 'kari@ttd.example' on conflict do nothing
"""
FINAL_WITHIN_MS = 90_000


def sign_in(page: Page, url: str, role: str = "sender for ttd and skd") -> None:
    """Open the desk and sign in with the demo account of that role."""
    account = next(account for account in ACCOUNTS if account.role == role)
    page.goto(url)
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name=re.compile("^(Orders|Failures|Today)$"), level=1)).to_be_visible()


def sign_out(page: Page) -> None:
    """Leave the desk."""
    page.get_by_role("button", name="Sign out").click()


def write_order(page: Page, text: str, pasted: list[str], sender: str = "Skatt") -> None:
    """Begin an order of SMS that may leave at any time of the day."""
    page.get_by_role("link", name="New order").first.click()
    page.get_by_label("Service owner").select_option("Skatteetaten (skd)")
    page.get_by_label("Sender", exact=True).fill(sender)
    page.get_by_label("Text of the SMS", exact=True).fill(text)
    page.get_by_label("Pasted recipients").fill(", ".join(pasted))
    page.get_by_label("Anytime").check()


def check(page: Page) -> None:
    """Go on to the check page, and wait until it has something to say."""
    page.get_by_role("button", name="Check before sending").click()
    expect(page.get_by_role("button", name=re.compile(r"^Send [\d,]+ SMS$"))).to_be_visible()


def tile(page: Page, noun: str) -> Locator:
    """A count tile, by the noun that stands under its number."""
    return page.locator(".tile").filter(has=page.get_by_text(noun, exact=True))


def count_of(page: Page, noun: str) -> int:
    """The number on a tile; 0 where there is none."""
    found = tile(page, noun)
    return int(re.sub(r"\D", "", found.inner_text().split("\n")[0])) if found.count() else 0


def await_silence(page: Page) -> None:
    """Wait until everything on the page is final and it has stopped asking."""
    expect(page.get_by_text("Nothing is open.")).to_be_visible(timeout=FINAL_WITHIN_MS)


def allow(varsel: Varsel, numbers: list[str]) -> None:
    """Put eight-digit numbers, or foreign ones with `+`, on the allow-list as the desk would, but all at once."""
    with psycopg.connect(plain(varsel.database_url)) as connection:
        connection.execute(ALLOW, ([number if number.startswith("+") else f"+47{number}" for number in numbers],))


def phone_numbers(count: int, first: int = 40_600_000) -> list[str]:
    """Valid Norwegian mobile numbers of eight digits, always the same."""
    found: list[str] = []
    for number in range(first, first + 10 * count):
        if len(found) == count:
            break
        try:
            parse_phone(str(number))
        except InvalidAddress:
            continue
        found.append(str(number))
    return found
