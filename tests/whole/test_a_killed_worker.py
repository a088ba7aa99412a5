"""A worker may die at any moment: nothing is lost, nothing is sent twice, and what cannot be known is said."""

import json
import time
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from tests.fixtures.product import Varsel, wait_until
from tests.whole.at_the_desk import allow, check, count_of, phone_numbers, sign_in, write_order

RECIPIENTS = 4_000
KILLS = 2
SETTLED_WITHIN_S = 300.0
SLOW_S = 20.0
"""Long enough to be killed in, and less than the time that a worker gives the gateway."""


def standin(varsel: Varsel, path: str, what: dict[str, object] | None = None) -> dict[str, object]:
    """Ask the stand-in, or tell it how to behave."""
    body = None if what is None else json.dumps(what).encode()
    with urlopen(Request(varsel.standin_url + path, data=body, headers={"Content-Type": "application/json"})) as answer:
        return json.load(answer)


def taken(varsel: Varsel) -> int:
    """How many SMS have reached the gateway so far."""
    return int(str(standin(varsel, "/control/counts")["sms"]["received"]))


def test_killing_workers_in_the_middle_of_an_order_loses_nothing_and_sends_nothing_twice(start_varsel, page: Page):
    varsel = start_varsel("data", VARSEL_DISPATCH_LEASE_S="6")
    allow(varsel, phone_numbers(RECIPIENTS))
    standin(varsel, "/control/behaviour", {"number": "*", "slow_s": SLOW_S})
    sign_in(page, varsel.url)
    write_order(page, "Husk timen din i morgen.", phone_numbers(RECIPIENTS))
    check(page)
    page.get_by_role("button", name="Send 4,000 SMS").click()

    before = 0
    for left in range(KILLS - 1, -1, -1):
        await_more(varsel, than=before)
        if not left:
            standin(varsel, "/control/behaviour", {"number": "*", "slow_s": 0.0})
        kill_dispatch_workers(varsel)
        before = taken(varsel)
    wait_until(lambda: final_or_uncertain(page) == RECIPIENTS, SETTLED_WITHIN_S)

    uncertain = count_of(page, "Uncertain")
    assert 0 < uncertain < RECIPIENTS
    assert count_of(page, "Delivered") == RECIPIENTS - uncertain
    assert standin(varsel, "/control/receivers?at_least=2") == {}


def await_more(varsel: Varsel, than: int) -> None:
    """Wait until the gateway has taken something more, which it goes on answering for some time."""
    wait_until(lambda: taken(varsel) > than, 240)


def kill_dispatch_workers(varsel: Varsel) -> None:
    """Kill all that may be waiting for the gateway's answer."""
    for part in varsel.processes:
        if "dispatch" in part:
            varsel.kill(part)


def final_or_uncertain(page: Page) -> int:
    """How many notifications need no machine any more; the page is looked at again, as a person would."""
    time.sleep(0.5)
    page.reload()
    return count_of(page, "Delivered") + count_of(page, "Uncertain")
