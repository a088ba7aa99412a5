"""What an e-mail looks like on the wire."""

import email
from email.policy import default as modern

import pytest

from app.gateways import Message
from app.gateways.mime import CannotBeWritten, Sending, letter_for
from app.messaging.logo import CONTENT_ID, Logo


def letter(text="Hei", **other):
    given = {"address": "kari@eksempel.no", "sender": "Eksempel på <ikke-svar@eksempel.no>", "subject": "Emne"}
    return letter_for(Message(1, text=text, key="1-1", **{**given, **other}))


def read(found):
    return email.message_from_bytes(found.contents.removesuffix(b".\r\n"), policy=modern)


@pytest.mark.parametrize("html", ["", "<p>Blåbær 😀</p>" * 500])
def test_it_is_plain_ascii_in_short_lines_that_any_server_carries(html):
    found = letter("Blåbær 😀 " * 500, subject="Emne på čáhppes " * 30, html=html)

    assert found.contents.isascii()
    assert max(map(len, found.contents.split(b"\r\n"))) <= 78


def test_every_line_ends_as_smtp_wants_and_a_leading_dot_is_doubled():
    found = letter("en\n.to\r\ntre\r.")

    assert found.contents.replace(b"\r\n", b"").isascii()
    assert b"\n" not in found.contents.replace(b"\r\n", b"")
    assert b"\r\n..to\r\n" in found.contents
    assert found.contents.endswith(b"\r\n.\r\n")


def test_the_headers_say_who_what_and_that_a_machine_wrote_it():
    found = letter()
    mail = read(found)

    assert str(mail["From"]) == "Eksempel på <ikke-svar@eksempel.no>"
    assert (str(mail["To"]), str(mail["Subject"])) == ("kari@eksempel.no", "Emne")
    assert mail["Message-ID"] == found.message_id
    assert mail["Date"].datetime.tzinfo is not None
    assert mail["Auto-Submitted"] == "auto-generated"


def test_e_mails_that_share_their_text_differ_in_address_and_message_id():
    one, other = letter(), letter(address="ola@eksempel.no")

    assert read(one).get_content() == read(other).get_content()
    assert str(read(other)["To"]) == "ola@eksempel.no"
    assert one.message_id != other.message_id


@pytest.mark.parametrize("html", ["", "<p>Sámi: čáhci 😀</p>\n<p>.</p>"])
def test_the_text_is_read_back_as_it_was_written(html):
    text = "Sámi: čáhci 😀\nHei."

    mail = read(letter(text, html=html))
    parts = [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in mail.walk() if not part.is_multipart()]

    assert parts == [text, html] if html else [text]
    assert mail.get_content_type() == ("multipart/alternative" if html else "text/plain")


def test_a_logo_goes_with_the_page_that_means_it_and_a_plain_e_mail_has_none():
    logo = Logo("png", b"\x89PNG an image")

    mail = read(letter(html=f'<img src="cid:{CONTENT_ID}">', logo=logo))
    plain, related = mail.iter_parts()
    page, image = related.iter_parts()

    assert [part.get_content_type() for part in (plain, page, image)] == ["text/plain", "text/html", "image/png"]
    assert (image["Content-ID"], image.get_content()) == (f"<{CONTENT_ID}>", logo.image)
    assert image.get_content_disposition() == "inline"
    assert read(letter(logo=logo)).get_content_type() == "text/plain"


@pytest.mark.parametrize("sender", ["", "Eksempel", "a b@c.no"])
def test_a_sender_that_is_no_address_is_told(sender):
    with pytest.raises(CannotBeWritten):
        letter(sender=sender)


def test_a_sender_of_two_lines_adds_no_header():
    assert "Bcc" not in read(letter(sender="Eksempel\r\nBcc: c@d.no <a@b.no>"))


def test_bounces_come_back_to_an_address_of_the_e_mails_own() -> None:
    message = Message(1, "kari@eksempel.no", "post@ttd.example", "Hei", "Om noe", key="17-1")

    letter = letter_for(message, Sending("bounce@varsel.example"))
    token = letter.message_id.strip("<>").partition("@")[0]

    assert letter.envelope_from == f"bounce+{token}@varsel.example"
    assert letter.message_id == f"<{token}@varsel.example>"
    assert b"From: post@ttd.example\r\n" in letter.contents


@pytest.mark.parametrize("address", ["https://ttd.example/varsler?a=b", "mailto:slutt@ttd.example"])
def test_where_to_want_no_more_stands_in_the_header(address: str) -> None:
    message = Message(1, "kari@eksempel.no", "post@ttd.example", "Hei", "Om noe", key="17-1")

    told = email.message_from_bytes(letter_for(message, Sending("", address)).contents, policy=modern)
    without = email.message_from_bytes(letter_for(message).contents, policy=modern)

    assert told["List-Unsubscribe"] == f"<{address}>"
    assert "List-Unsubscribe" not in without
    assert "List-Unsubscribe-Post" not in told
