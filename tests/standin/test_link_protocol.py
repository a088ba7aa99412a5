"""LINK's protocol as the stand-in speaks it, to whoever speaks it."""

import pytest
import urllib3
from defusedxml.ElementTree import fromstring

from tests.fixtures.standin import CLIENT, PASSWORD

ACCOUNT = f"<CLIENT>{CLIENT}</CLIENT><PW>{PASSWORD}</PW>"


def post(standin, rows, account=ACCOUNT, declared="utf-8"):
    body = f'<?xml version="1.0" encoding="{declared}"?><SESSION>{account}<MSGLST>{rows}</MSGLST></SESSION>'
    return urllib3.request("POST", standin.url, body=body.encode(declared), headers={"Content-Type": "text/xml"})


def row(number=1, receiver="4791234567", text="Hei", more=""):
    return f"<MSG><ID>{number}</ID><TEXT>{text}</TEXT><SND>Altinn</SND><RCV>{receiver}</RCV>{more}</MSG>"


@pytest.mark.parametrize("path", ["", "link"])
def test_it_answers_each_message_with_a_reference_of_its_own(standin, path):
    body = f"<SESSION>{ACCOUNT}<MSGLST>{row(1)}{row(2)}</MSGLST></SESSION>"

    response = urllib3.request("POST", standin.url + path, body=body)

    session = fromstring(response.data)
    assert session.findtext("LOGON") == "OK"
    assert [element.text for element in session.iter("ID")] == ["1", "2"]
    assert [element.text for element in session.iter("STATUS")] == ["OK", "OK"]
    assert len({element.text for element in session.iter("REF")}) == 2


@pytest.mark.parametrize("account", ["", "<CLIENT>varsel</CLIENT><PW>wrong</PW>", "<CLIENT>x</CLIENT><PW>y</PW>"])
def test_a_wrong_account_does_not_log_on(standin, control, account):
    session = fromstring(post(standin, row(), account).data)

    assert session.findtext("LOGON") == "FAIL"
    assert control.ask("counts")["sms"]["received"] == 0


@pytest.mark.parametrize("receiver", ["+4791234567", "004791234567", "47 91 23 45 67", "", "12345", "abc"])
def test_a_number_must_be_digits_with_its_country(standin, receiver):
    session = fromstring(post(standin, row(receiver=receiver)).data)

    assert session.findtext("MSGLST/MSG/STATUS") == "FAIL"
    assert session.findtext("MSGLST/MSG/INFO") == "Invalid RCV"


def test_more_than_a_hundred_messages_are_too_many(standin, control):
    session = fromstring(post(standin, "".join(row(number) for number in range(101))).data)

    assert session.findtext("LOGON") == "FAIL"
    assert control.ask("counts")["sms"]["received"] == 0


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "utf-16"])
def test_it_reads_the_encoding_that_is_declared(standin, control, declared):
    post(standin, row(text="Blåbær"), declared=declared)

    [arrived] = control.ask("phones/4791234567")
    assert arrived["text"] == "Blåbær"


def test_unicode_is_decoded(standin, control):
    post(standin, row(text="Čáhci 😀".encode("utf-16-be").hex(), more="<OP>9</OP>"))

    [arrived] = control.ask("phones/4791234567")
    assert (arrived["text"], arrived["note"]) == ("Čáhci 😀", "Unicode")


@pytest.mark.parametrize("body", [b"", b"not xml", b"<A/>", b'<!DOCTYPE a [<!ENTITY e "x">]><SESSION>&e;</SESSION>'])
def test_what_is_no_request_is_refused(standin, body):
    assert urllib3.request("POST", standin.url, body=body).status == 400
