"""What LINK is sent: truthful XML, Unicode as Unicode, a time to live, numbers as it wants them."""

from datetime import UTC, datetime, timedelta

import pytest
from defusedxml.ElementTree import fromstring

from app.gateways import Message
from app.gateways.link import request_body

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def sent(message):
    body = request_body("<CLIENT>c</CLIENT><PW>p</PW>", [message], NOW)
    return {child.tag: child.text for child in fromstring(body).find("MSGLST/MSG")}


def message(text="Hei", **other):
    return Message(1, "+4791234567", "Altinn", text, key="1.1", **other)


def test_the_declared_encoding_is_the_one_used():
    body = request_body("", [message("blåbær")], NOW)

    assert body.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert "blåbær".encode("iso-8859-1") in body


@pytest.mark.parametrize("text", ["blåbær £5", "10 € = Δ", "a < b & c > d", "to\nlinjer", "gammel\rlinje", "[~]{}^|\\"])
def test_a_text_within_gsm_7_goes_as_it_is(text):
    fields = sent(message(text))

    assert fields["TEXT"] == text
    assert "OP" not in fields


@pytest.mark.parametrize("text", ["Sámi: áčđŋšŧž", "smil 😀", "“sitat”", "side\fskift"])
def test_any_other_text_goes_as_unicode_in_hexadecimal(text):
    fields = sent(message(text))

    assert fields["OP"] == "9"
    assert bytes.fromhex(fields["TEXT"]).decode("utf-16-be") == text


def test_the_number_goes_without_its_plus():
    assert sent(message())["RCV"] == "4791234567"


def test_delivery_reports_are_asked_for():
    assert sent(message())["RCPREQ"] == "Y"


@pytest.mark.parametrize(
    ("left", "minutes"),
    [
        (timedelta(hours=48), "2880"),
        (timedelta(minutes=5, seconds=59), "5"),
        (timedelta(seconds=3), "1"),
        (timedelta(seconds=-3), "1"),
    ],
)
def test_the_gateway_tries_for_the_whole_minutes_left_and_at_least_one(left, minutes):
    assert sent(message(expires_at=NOW + left))["TTL"] == minutes


def test_without_an_end_the_gateway_uses_its_own():
    assert "TTL" not in sent(message())


def test_messages_are_numbered_from_one():
    body = request_body("", [message(), message(), message()], NOW)

    assert [element.text for element in fromstring(body).iter("ID")] == ["1", "2", "3"]
