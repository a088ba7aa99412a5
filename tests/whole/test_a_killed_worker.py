"""A worker may die at any moment: nothing is lost, nothing is sent twice, and what cannot be known is said."""

import json
import time
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from tests.fixtures.product import Varsel, wait_until
from tests.whole.at_the_desk import check, count_of, phone_numbers, sign_in, write_order

RECIPIENTS = 2_400
KILLS = 3
SETTLED_WITHIN_S = 150.0


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
    standin(varsel, "/control/behaviour", {"number": "*", "slow_s": 0.4})
    sign_in(page, varsel.url)
    write_order(page, "Husk timen din i morgen.", phone_numbers(RECIPIENTS))
    check(page)
    page.get_by_role("button", name="Send 2,400 SMS").click()

    workers = [part for part in varsel.processes if "dispatch" in part]
    for turn in range(KILLS):
        wait_until(lambda before=taken(varsel): taken(varsel) > before or taken(varsel) >= RECIPIENTS, 60)
        varsel.kill(workers[turn % len(workers)])

    wait_until(lambda: final_or_uncertain(page) == RECIPIENTS, SETTLED_WITHIN_S)

    assert standin(varsel, "/control/receivers?at_least=2") == {}
    assert count_of(page, "Delivered") + count_of(page, "Uncertain") == RECIPIENTS
    assert count_of(page, "Sending") == 0


def final_or_uncertain(page: Page) -> int:
    """How many notifications need no machine any more; the page is looked at again, as a person would."""
    time.sleep(0.5)
    page.reload()
    return count_of(page, "Delivered") + count_of(page, "Uncertain")
