"""The mailbox of bounces, on an IMAP server that is not ours."""

from dataclasses import replace

import pytest

from app.gateways import GatewaySettings
from app.gateways.mailbox import AT_ONCE, MailboxGone, Place, read_behind
from tests.fixtures.mailbox import PASSWORD, USER, Mailbox
from tests.fixtures.product import free_ports


@pytest.fixture
def settings(mailbox: Mailbox) -> GatewaySettings:
    """How the mailbox is read."""
    return GatewaySettings(
        smtp_imap_host="127.0.0.1",
        smtp_imap_port=mailbox.port,
        smtp_imap_user=USER,
        smtp_imap_password=PASSWORD,
        smtp_imap_tls="never",
    )


def end_of(settings: GatewaySettings) -> Place:
    """The place behind everything that is there."""
    place = Place()
    while (found := read_behind(place, settings)).emails:
        place = found.place
    return place


def test_reading_goes_on_where_it_ended_and_changes_nothing(settings: GatewaySettings, mailbox: Mailbox) -> None:
    before, unread = end_of(settings), mailbox.unread()
    for number in range(3):
        mailbox.put(b"Subject: %d\r\n\r\nHei" % number)

    first = read_behind(before, settings)
    again = read_behind(before, settings)
    after = read_behind(first.place, settings)

    assert [email[:10] for email in first.emails] == [b"Subject: 0", b"Subject: 1", b"Subject: 2"]
    assert again == first
    assert after.emails == []
    assert after.place == first.place
    assert mailbox.unread() == unread + 3


def test_many_e_mails_come_a_slice_at_a_time(settings: GatewaySettings, mailbox: Mailbox) -> None:
    before = end_of(settings)
    for number in range(AT_ONCE + 1):
        mailbox.put(b"Subject: %d\r\n\r\nHei" % number)

    first = read_behind(before, settings)
    second = read_behind(first.place, settings)

    assert (len(first.emails), len(second.emails)) == (AT_ONCE, 1)


def test_a_mailbox_that_counts_anew_is_read_from_its_beginning(settings: GatewaySettings, mailbox: Mailbox) -> None:
    end = end_of(settings)

    found = read_behind(replace(end, validity=end.validity + 1), settings)

    assert found.emails
    assert found.place.validity == end.validity


def test_a_mailbox_that_cannot_be_read_is_told_in_words(settings: GatewaySettings) -> None:
    for wrong in (
        replace(settings, smtp_imap_port=free_ports(1)[0]),
        replace(settings, smtp_imap_password="wrong"),
        replace(settings, smtp_imap_folder="No such folder"),
        replace(settings, smtp_imap_tls="required"),
    ):
        with pytest.raises(MailboxGone, match="cannot be read"):
            read_behind(Place(), wrong)
