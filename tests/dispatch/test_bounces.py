"""Bounces and complaints the whole way: e-mail to a mail server, what comes back of it, and what becomes of it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.dispatch import bounces
from app.dispatch.jobs import read_mailboxes
from app.dispatch.views import BODY_LIMIT
from app.messaging.status import Channel, ReportEffect, ShipmentStatus
from app.standin import Standin, StandinSettings
from app.standin.returns import Taken, written
from tests.dispatch.desk import Desk
from tests.fixtures.mailbox import PASSWORD, USER, Mailbox
from tests.fixtures.served import served
from tests.fixtures.standin import until

URL = "/gateways/smtp/bounces"
ACCOUNT = ("mail", "only for tests")
INBOX = "select count(*) from report_inbox where not promised and due_at < 'infinity'"
REASONS = "select reason from notification_state order by id"
EFFECTS = "select effect from delivery_report where state <> 'No bounce.' order by id"


@pytest.fixture
def settings(settings: dict[str, object]) -> dict[str, object]:
    """Bounces are posted to us, and come to addresses of our own."""
    return {
        **settings,
        "EMAIL_BOUNCE_WINDOW_S": 600.0,
        "SMTP_BOUNCE_ADDRESS": "bounce@varsel.example",
        "SMTP_REPORT_USER": ACCOUNT[0],
        "SMTP_REPORT_PASSWORD": ACCOUNT[1],
    }


@pytest.fixture
def mail_server(app: Flask) -> Iterator[Standin]:
    """A mail server that sends back by posts to the application, over HTTP."""
    with served(app) as url:
        settings = StandinSettings(
            http_port=0,
            smtp_port=0,
            bounce_url=f"{url}{URL}",
            bounce_user=ACCOUNT[0],
            bounce_password=ACCOUNT[1],
            report_delay_s=0.05,
        )
        with Standin(settings) as running:
            app.config.update(SMTP_PORT=running.smtp_port)
            yield running


def sent(desk: Desk, *addresses: str) -> int:
    """A shipment of e-mail that the mail server has taken."""
    shipment_id = desk.place(addresses, channel=Channel.EMAIL)
    desk.start()
    desk.send()
    return shipment_id


def references(desk: Desk) -> list[str]:
    """Our own `Message-ID` of each e-mail."""
    return [row.reference for row in desk.rows("select reference from attempt order by notification_id")]


def returned(reference: str, returns: str = "5.1.1") -> bytes:
    """What a mail server sends back of one of ours."""
    address = "bounce+" + reference.strip("<>")
    return written(Taken(address, "kari@eksempel.no", f"Message-ID: {reference}"), returns)


def test_what_a_mail_server_sends_back_becomes_a_status(desk: Desk, mail_server: Standin) -> None:
    shipment_id = sent(desk, "bounced@eksempel.no", "bouncedspam@eksempel.no", "complaint@eksempel.no", "a@eksempel.no")
    taken = desk.statuses(shipment_id)
    until(lambda: desk.rows(INBOX) == [(3,)])
    desk.apply()

    assert taken == {"EMAIL_SUCCEEDED": 4}
    assert desk.statuses(shipment_id) == {
        "EMAIL_FAILED_BOUNCED": 1,
        "EMAIL_FAILED_FILTERED_SPAM": 1,
        "EMAIL_DELIVERED": 1,
        "EMAIL_SUCCEEDED": 1,
    }
    assert [row.reason for row in desk.rows(REASONS)] == ["mailbox_unknown", "taken_for_spam", "complained", None]
    desk.assert_counters_are_right()


def test_silence_is_delivered_and_a_bounce_after_that_is_kept_without_effect(
    desk: Desk, client: FlaskClient, mail_server: Standin
) -> None:
    shipment_id = sent(desk, "kari@eksempel.no")
    desk.do("update report_inbox set due_at = clock_timestamp(), received_at = clock_timestamp()")
    desk.apply()
    answer = client.post(URL, data=returned(references(desk)[0]), auth=ACCOUNT)
    desk.apply()

    assert answer.status_code == 204
    assert desk.statuses(shipment_id) == {"EMAIL_DELIVERED": 1}
    assert [row.effect for row in desk.rows(EFFECTS)] == [ReportEffect.NO_CHANGE]
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_a_bounce_within_the_window_stands_when_the_window_ends(
    desk: Desk, client: FlaskClient, mail_server: Standin
) -> None:
    shipment_id = sent(desk, "kari@eksempel.no")
    client.post(URL, data=returned(references(desk)[0]), auth=ACCOUNT)
    desk.apply()
    desk.do("update report_inbox set due_at = clock_timestamp(), received_at = clock_timestamp()")
    desk.apply()

    assert desk.statuses(shipment_id) == {"EMAIL_FAILED_BOUNCED": 1}


def test_a_delay_changes_nothing_and_is_no_riddle(desk: Desk, client: FlaskClient, mail_server: Standin) -> None:
    shipment_id = sent(desk, "kari@eksempel.no")
    client.post(URL, data=returned(references(desk)[0], "4.4.1"), auth=ACCOUNT)
    desk.apply()

    assert desk.statuses(shipment_id) == {"EMAIL_SUCCEEDED": 1}
    assert [row.effect for row in desk.rows(EFFECTS)] == [ReportEffect.NO_CHANGE]


@pytest.mark.parametrize("account", [None, ("mail", "wrong"), ("link", "only for tests"), ("", "")])
def test_a_stranger_posts_in_vain(desk: Desk, client: FlaskClient, account: tuple[str, str] | None) -> None:
    answer = client.post(URL, data=returned("<1-1.0123456789abcdef@varsel.example>"), auth=account)

    assert answer.status_code == 401
    assert desk.rows(INBOX) == [(0,)]


def test_a_gateway_that_is_not_there_has_no_hook(desk: Desk, client: FlaskClient) -> None:
    body = returned("<1-1.0123456789abcdef@varsel.example>")

    assert client.post("/gateways/nobody/bounces", data=body, auth=ACCOUNT).status_code == 401
    assert client.post("/gateways/link/bounces", data=body, auth=ACCOUNT).status_code == 401


@pytest.mark.parametrize("body", [b"", b"Subject: Hei\n\nHei", returned("<nobody@else.example>")])
def test_what_reports_on_nothing_of_ours_is_refused(desk: Desk, client: FlaskClient, body: bytes) -> None:
    answer = client.post(URL, data=body, auth=ACCOUNT)

    assert answer.status_code == 400
    assert desk.rows(INBOX) == [(0,)]


def test_a_body_beyond_the_limit_is_refused(desk: Desk, client: FlaskClient) -> None:
    body = returned("<1-1.0123456789abcdef@varsel.example>") + b" " * BODY_LIMIT

    assert client.post(URL, data=body, auth=ACCOUNT).status_code == 413


@pytest.fixture
def watched(app: Flask, mailbox: Mailbox, desk: Desk) -> Mailbox:
    """A mailbox that is read, and has been read to its end."""
    app.config.update(
        SMTP_IMAP_HOST="127.0.0.1",
        SMTP_IMAP_PORT=mailbox.port,
        SMTP_IMAP_USER=USER,
        SMTP_IMAP_PASSWORD=PASSWORD,
        SMTP_IMAP_TLS="never",
    )
    read_mailboxes()
    desk.do("delete from report_inbox")
    return mailbox


def test_a_mailbox_is_read_for_what_is_ours(desk: Desk, mail_server: Standin, watched: Mailbox) -> None:
    shipment_id = sent(desk, "kari@eksempel.no", "ola@eksempel.no")
    watched.put(b"Subject: Ut av kontoret\r\n\r\nHei")
    watched.put(returned(references(desk)[0]))
    watched.put(returned("<99-1.ffffffffffffffff@varsel.example>"))
    read_mailboxes()
    read_mailboxes()
    stored = desk.rows(INBOX)
    desk.apply()

    assert stored == [(2,)]
    assert desk.statuses(shipment_id) == {"EMAIL_FAILED_BOUNCED": 1, "EMAIL_SUCCEEDED": 1}


def test_a_reading_that_was_cut_off_is_done_again_whole(desk: Desk, mail_server: Standin, watched: Mailbox) -> None:
    sent(desk, "kari@eksempel.no")
    watched.put(returned(references(desk)[0]))
    desk.do("create function cut_off() returns trigger language plpgsql as $$ begin raise 'cut off'; end $$")
    desk.do("create trigger cut_off before insert on report_inbox for each row execute function cut_off()")
    with pytest.raises(Exception, match="cut off"):
        read_mailboxes()
    desk.do("drop trigger cut_off on report_inbox")

    read_mailboxes()

    assert desk.rows(INBOX) == [(1,)]


def test_of_two_workers_that_read_the_same_one_stores_it(desk: Desk, mail_server: Standin, watched: Mailbox) -> None:
    [settings] = bounces.with_mailboxes()
    sent(desk, "kari@eksempel.no")
    watched.put(returned(references(desk)[0]))
    place = bounces._place("smtp")
    found = bounces.read_behind(place, settings)

    bounces._store("smtp", place, found)
    bounces._store("smtp", place, found)

    assert desk.rows(INBOX) == [(1,)]


def test_a_mailbox_that_cannot_be_read_stops_nobody(
    desk: Desk, watched: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    desk.app.config.update(SMTP_IMAP_PASSWORD="wrong")

    read_mailboxes()

    assert "The mailbox cannot be read" in caplog.text
