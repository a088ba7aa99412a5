"""Finding a recipient within an order, with no address in any address or log line."""

import logging
import re
from collections.abc import Callable

import pytest

from app.messaging.status import Channel, Status
from tests.fixtures.desk import Visitor
from tests.follow.test_order_page import shown
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]
WANTED = 3


@pytest.fixture
def placed(place: Place) -> Placed:
    """An order to +4790000000 and the numbers that follow."""
    return place({Status.SMS_DELIVERED: 20})


def search(browser: Visitor, placed: Placed, typed: str) -> str:
    """What a browser shows after a search."""
    url = f"/orders/{placed.order_id}"
    answer = browser.post(url, {"recipient": typed}, page=url)
    return browser.get(answer.location).text if answer.status_code == 303 else answer.text


@pytest.mark.parametrize(
    "typed",
    ["+4790000003", "90000003", "900 00 003", "0047 900 00 003", "4790000003", "+47 (0) 90000003", " 90000003 "],
)
def test_a_number_is_found_in_any_spelling(sender: Visitor, placed: Placed, typed: str) -> None:
    assert shown(search(sender, placed, typed)) == [placed.ids[WANTED]]


@pytest.mark.parametrize(("typed", "found"), [("900000", 20), ("+47 9000001", 10), ("4790000", 20), ("9000 0001", 1)])
def test_the_beginning_of_a_number_finds_all_that_begin_so(
    sender: Visitor, placed: Placed, typed: str, found: int
) -> None:
    assert len(shown(search(sender, placed, typed))) == found


@pytest.mark.parametrize("typed", ["900", "+4790", "kari@example.com", "nobody", "9" * 300, ""])
def test_what_no_number_begins_with_is_told_beside_the_field(sender: Visitor, placed: Placed, typed: str) -> None:
    page = search(sender, placed, typed)

    assert "There is one thing to mend" in page
    assert f'value="{typed}"' in page


def test_a_number_of_another_order_is_not_found(sender: Visitor, place: Place, placed: Placed) -> None:
    other = place({Status.SMS_DELIVERED: 2})

    page = search(sender, other, "90000003")

    assert shown(page) == []
    assert "No recipient of this order matches" in page


def test_no_address_stands_in_an_address_a_log_line_or_the_token(
    sender: Visitor, placed: Placed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"/orders/{placed.order_id}"

    answer = sender.post(url, {"recipient": "+4790000003"}, page=url)
    page = sender.get(answer.location).text

    assert re.fullmatch(rf"{url}\?search=[\w-]{{22}}", answer.location)
    assert not re.search(r'href="[^"]*90000003', page)
    assert "90000003" not in caplog.text


def test_a_search_is_known_to_the_person_only(sender: Visitor, administrator: Visitor, placed: Placed) -> None:
    url = f"/orders/{placed.order_id}"
    answer = sender.post(url, {"recipient": "90000003"}, page=url)

    page = administrator.get(answer.location).text

    assert shown(page) == []
    assert "This search is no longer known" in page


def test_support_finds_whole_numbers_but_cannot_feel_its_way_to_one(support: Visitor, placed: Placed) -> None:
    assert shown(search(support, placed, "900 00 003")) == [placed.ids[WANTED]]
    assert "Write the whole phone number." in search(support, placed, "9000 000")


def test_the_search_leads_from_the_notification_back_to_what_was_found(sender: Visitor, placed: Placed) -> None:
    page = search(sender, placed, "90000003")
    link = re.search(r'href="(/notifications/[^"]+)"', page)
    assert link

    back = re.search(rf'href="(/orders/{placed.order_id}\?search=[\w-]+)"', sender.get(link[1]).text)

    assert back
    assert shown(sender.get(back[1]).text) == [placed.ids[WANTED]]


@pytest.mark.parametrize(
    ("typed", "found"), [("person12@example.com", 1), ("PERSON12@Example.com", 1), ("person1", 11), ("per", 20)]
)
def test_an_e_mail_address_is_found_by_its_beginning(sender: Visitor, place: Place, typed: str, found: int) -> None:
    placed = place({Status.EMAIL_DELIVERED: 20}, channel=Channel.EMAIL)

    assert len(shown(search(sender, placed, typed))) == found


def test_an_e_mail_address_must_not_be_too_short_a_beginning(sender: Visitor, place: Place) -> None:
    placed = place({Status.EMAIL_DELIVERED: 1}, channel=Channel.EMAIL)

    assert "at least three characters" in search(sender, placed, "pe")


def test_a_percent_sign_is_no_pattern(sender: Visitor, place: Place) -> None:
    placed = place({Status.EMAIL_DELIVERED: 3}, channel=Channel.EMAIL)

    assert shown(search(sender, placed, "per%")) == []


def test_a_page_of_what_was_found_pages_on(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 70})

    first = search(sender, placed, "900000")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following

    assert shown(first) == list(placed.ids[:50])
    assert shown(sender.get(following[1].replace("&amp;", "&")).text) == list(placed.ids[50:])


def test_the_address_of_the_one_found_is_shown(sender: Visitor, placed: Placed) -> None:
    assert rows.address_of(placed, placed.ids[WANTED]) in search(sender, placed, "90000003")
