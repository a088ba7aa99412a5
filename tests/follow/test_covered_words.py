"""What a gateway said is shown to the support desk without the address that it quotes."""

import pytest

from app.orders.follow.words import without_address


@pytest.mark.parametrize(
    "said",
    [
        "Invalid RCV: 4791234567",
        "Invalid RCV: +4791234567",
        "Invalid RCV: 004791234567",
        "Invalid RCV: 91234567",
        "Invalid RCV: +47 91234567",
    ],
)
def test_a_number_is_covered_however_the_gateway_writes_it(said: str) -> None:
    assert without_address(said, "+4791234567") == "Invalid RCV: +47 9•• •• •67"


def test_an_email_address_is_covered_in_any_case() -> None:
    told = without_address("550 5.1.1 <Kari.Nordmann@Example.no> unknown", "kari.nordmann@example.no")

    assert told == "550 5.1.1 <k•••@e•••.no> unknown"


def test_what_quotes_no_address_stays_as_it_is() -> None:
    assert without_address("No credit", "+4791234567") == "No credit"
    assert without_address("No credit", "") == "No credit"
