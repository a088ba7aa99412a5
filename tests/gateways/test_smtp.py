"""Handing e-mail over by SMTP, and what each answer means."""

import re
import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from app.gateways import Accepted, GatewaySettings, Message, Refused, RefusedForNow, Uncertain
from app.gateways.smtp import Smtp
from app.messaging.reasons import REASONS
from app.messaging.status import Status

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""For tests alone: its key is as public as it is."""

FROM = "Eksempel kommune <ikke-svar@eksempel.no>"


@pytest.fixture
def smtp(gateway_settings):
    gateway = Smtp(gateway_settings)
    yield gateway
    gateway.close()


@pytest.fixture
def scripted():
    """Starts servers that say fixed lines: the greeting, then one after each line heard; `None` cuts the connection."""
    listeners = []

    def start(*lines):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=_speak, args=(listener, lines), daemon=True).start()
        port = listener.getsockname()[1]
        return Smtp(GatewaySettings(smtp_host="127.0.0.1", smtp_port=port, smtp_timeout_s=20.0))

    yield start
    for listener in listeners:
        listener.close()


def _speak(listener, lines):
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as heard:
        for line in lines:
            if line is None:
                return
            connection.sendall(line.encode() + b"\r\n")
            heard.readline()


def to(address, text="Hei", number=1, **other):
    return Message(number, address, FROM, text, other.pop("subject", "Emne"), key=f"{number}.1", **other)


def outcome(smtp, *given, **other):
    [[found]] = smtp.submit([[to(*given, **other)]])
    return found


def test_a_taken_e_mail_is_known_by_its_message_id(smtp, control):
    accepted = outcome(smtp, "kari@eksempel.no")

    assert isinstance(accepted, Accepted)
    assert re.fullmatch(r"<1\.1\.[0-9a-f]{16}@eksempel\.no>", accepted.reference)
    [arrived] = control.ask("mailboxes/kari@eksempel.no")
    assert arrived["reference"] == accepted.reference
    assert arrived["sender"] == FROM


def test_the_message_id_is_the_same_for_the_same_hand_over_and_differs_for_another_e_mail(smtp):
    first, again, other = (outcome(smtp, "kari@eksempel.no", text) for text in ("Hei", "Hei", "Hallo"))

    assert first.reference == again.reference != other.reference


def test_text_and_subject_arrive_as_they_were_written(smtp, control):
    text, subject = "Sámi: áčđŋšŧž 😀\n.punktum først\n..to\n\nslutt", "Emne på čáhppes 😀"

    outcome(smtp, "kari@eksempel.no", text, subject=subject)

    [arrived] = control.ask("mailboxes/kari@eksempel.no")
    assert arrived["text"].replace("\r\n", "\n").rstrip("\n") == text
    assert arrived["subject"] == subject


def test_a_subject_of_two_lines_becomes_one_and_adds_no_header(smtp, control):
    outcome(smtp, "kari@eksempel.no", subject="Emne\r\nBcc: other@eksempel.no")

    [arrived] = control.ask("mailboxes/kari@eksempel.no")
    assert arrived["subject"] == "Emne Bcc: other@eksempel.no"
    assert control.ask("mailboxes/other@eksempel.no") == []


def test_html_has_a_plain_version_beside_it(smtp, control):
    outcome(smtp, "kari@eksempel.no", "Hei **Kari** & Ola", html="<p>Hei <strong>Kari</strong> &amp; Ola</p>")

    [arrived] = control.ask("mailboxes/kari@eksempel.no")
    assert arrived["note"] == "Plain and HTML"
    assert arrived["text"].strip() == "Hei **Kari** & Ola"


def test_many_e_mails_travel_over_one_connection_and_are_answered_in_order(smtp, control):
    messages = [to(f"kari{number}@eksempel.no", number=number) for number in range(20)]
    messages[3] = to("bounce@eksempel.no", number=3)

    [outcomes] = smtp.submit([messages])

    assert [type(found) for found in outcomes] == [Accepted] * 3 + [Refused] + [Accepted] * 16
    assert control.ask("counts")["email"]["received"] == 19


@pytest.mark.parametrize(
    ("name", "status", "reason", "code"),
    [
        ("bounce", Status.EMAIL_FAILED_BOUNCED, "mailbox_unknown", "5.1.1"),
        ("nodomain", Status.EMAIL_FAILED_BOUNCED, "mailbox_unknown", "5.1.2"),
        ("badform", Status.EMAIL_FAILED_INVALID_FORMAT, "address_form", "5.1.3"),
        ("full", Status.EMAIL_FAILED_BOUNCED, "mailbox_full", "5.2.2"),
        ("relay", Status.EMAIL_FAILED, "refused_by_policy", "5.7.1"),
        ("spam", Status.EMAIL_FAILED_FILTERED_SPAM, "taken_for_spam", "5.7.1"),
        ("large", Status.EMAIL_FAILED_PAYLOAD_TOO_LARGE, "too_large", "5.3.4"),
    ],
)
def test_a_refusal_for_good_has_its_status_and_reason(smtp, name, status, reason, code):
    refused = outcome(smtp, f"{name}@eksempel.no")

    assert isinstance(refused, Refused)
    assert (refused.status, refused.reason, refused.code) == (status, reason, code)
    assert refused.reason in REASONS


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("550 No such user", Status.EMAIL_FAILED_BOUNCED),
        ("551 User not local", Status.EMAIL_FAILED_BOUNCED),
        ("552 Too much", Status.EMAIL_FAILED_PAYLOAD_TOO_LARGE),
        ("553 Not a name", Status.EMAIL_FAILED_INVALID_FORMAT),
        ("554 No", Status.EMAIL_FAILED),
    ],
)
def test_without_an_enhanced_code_the_plain_one_decides(smtp, control, reply, status):
    control.tell("behaviour", address="kari@eksempel.no", reply=reply)

    refused = outcome(smtp, "kari@eksempel.no")

    assert refused.status is status
    assert refused.code == reply[:3]


@pytest.mark.parametrize("name", ["later", "laterstill", "busy"])
def test_a_temporary_refusal_is_for_now(smtp, name, control):
    assert isinstance(outcome(smtp, f"{name}@eksempel.no"), RefusedForNow)
    assert control.ask("counts")["email"]["received"] == 0


def test_after_a_closed_connection_the_rest_is_for_now(smtp):
    [outcomes] = smtp.submit([[to("kari@eksempel.no"), to("busy@eksempel.no"), to("ola@eksempel.no")]])

    assert [type(found) for found in outcomes] == [Accepted, RefusedForNow, RefusedForNow]


def test_a_connection_cut_after_the_e_mail_was_sent_is_uncertain(smtp, control):
    [outcomes] = smtp.submit([[to("drop@eksempel.no"), to("ola@eksempel.no")]])

    assert [type(found) for found in outcomes] == [Uncertain, RefusedForNow]
    assert len(control.ask("mailboxes/drop@eksempel.no")) == 1


def test_no_answer_in_time_after_the_e_mail_was_sent_is_uncertain(gateway_settings, control):
    control.tell("behaviour", address="*", slow_s=60)
    smtp = Smtp(replace(gateway_settings, smtp_timeout_s=3.0))

    assert isinstance(outcome(smtp, "kari@eksempel.no"), Uncertain)


def test_a_connection_cut_before_the_e_mail_was_sent_is_for_now(scripted):
    smtp = scripted("220 hello", "250 hello", "250 sender ok", "250 recipient ok", None)

    assert isinstance(outcome(smtp, "kari@eksempel.no"), RefusedForNow)


def test_a_server_that_will_not_talk_says_nothing_about_the_e_mail(scripted):
    found = outcome(scripted("554 5.7.1 Go away"), "kari@eksempel.no")

    assert isinstance(found, RefusedForNow)
    assert (found.words, found.code) == ("554 5.7.1 Go away", "5.7.1")


def test_a_refused_sender_is_no_fault_of_the_address(scripted):
    smtp = scripted("220 hello", "250 hello", "550 5.1.8 No such sender domain", "250 forgotten", "221 bye")

    refused = outcome(smtp, "kari@eksempel.no")

    assert (refused.status, refused.reason) == (Status.EMAIL_FAILED, "sender_refused")


def test_a_nul_in_a_servers_words_is_left_out_since_no_row_can_hold_it(scripted):
    smtp = scripted("220 hello", "250 hello", "550 5.1.8 No\0 such", "250 forgotten", "221 bye")

    assert outcome(smtp, "kari@eksempel.no").words == "550 5.1.8 No such"


def test_something_that_is_no_mail_server_is_for_now(scripted):
    assert isinstance(outcome(scripted("HTTP/1.1 400 Bad Request", None), "kari@eksempel.no"), RefusedForNow)


@pytest.mark.parametrize("host", ["127.0.0.1", "", "no-such-host.invalid"])
def test_a_server_that_is_not_there_is_for_now(host):
    smtp = Smtp(GatewaySettings(smtp_host=host, smtp_port=1, smtp_timeout_s=20.0))

    assert isinstance(outcome(smtp, "kari@eksempel.no"), RefusedForNow)


@pytest.mark.parametrize("address", ["", "kari", "kari@", "kari @eksempel.no", "a@b.no>\r\nRCPT TO:<c@d.no"])
def test_what_is_no_address_is_refused_before_it_is_said(smtp, address, control):
    refused = outcome(smtp, address)

    assert (refused.status, refused.reason) == (Status.EMAIL_FAILED_INVALID_FORMAT, "cannot_be_written")
    assert control.ask("counts")["email"]["received"] == 0


def test_an_address_with_other_letters_goes_where_the_server_takes_it(smtp, control):
    assert isinstance(outcome(smtp, "kåre@eksempel.no"), Accepted)
    assert len(control.ask("mailboxes/kåre@eksempel.no")) == 1


def test_an_address_with_other_letters_is_refused_where_the_server_does_not(scripted):
    refused = outcome(scripted("220 hello", "250 hello", "221 bye"), "kåre@eksempel.no")

    assert (refused.status, refused.reason) == (Status.EMAIL_FAILED_INVALID_FORMAT, "address_form")


def test_a_taken_e_mail_counts_as_delivered_when_no_bounce_came_in_time(smtp):
    messages = [to("kari@eksempel.no", number=1), to("bounce@eksempel.no", number=2), to("ola@eksempel.no", number=3)]
    [outcomes] = smtp.submit([messages])

    [promised] = smtp.promised_reports(messages, outcomes, NOW)

    assert (promised.state, promised.reason) == (Status.EMAIL_DELIVERED, "no_bounce")
    assert promised.due_at == NOW + timedelta(seconds=600)
    assert promised.ids == [1, 3]
    assert promised.references == [outcomes[0].reference, outcomes[2].reference]


def test_nothing_taken_promises_nothing(smtp):
    messages = [to("bounce@eksempel.no")]
    [outcomes] = smtp.submit([messages])

    assert smtp.promised_reports(messages, outcomes, NOW) == []


@pytest.fixture
def guarded_server():
    """A server that takes e-mail only from those who log in."""

    class Taking:
        async def handle_DATA(self, server, session, envelope):
            return "250 taken"

    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"varsel", b"only for tests"), handled=False)

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(
        Taking(),
        "127.0.0.1",
        port,
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=False,
        ready_timeout=60,
    )
    controller.start()
    yield port
    controller.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(("password", "kind"), [("only for tests", Accepted), ("wrong", RefusedForNow)])
def test_it_logs_in_where_an_account_is_given_and_a_wrong_one_is_for_now(guarded_server, password, kind):
    smtp = Smtp(
        GatewaySettings(smtp_host="127.0.0.1", smtp_port=guarded_server, smtp_user="varsel", smtp_password=password)
    )

    assert isinstance(outcome(smtp, "kari@eksempel.no"), kind)


def test_where_tls_is_required_nothing_is_sent_without(gateway_settings, control):
    settings = GatewaySettings(smtp_host="127.0.0.1", smtp_port=gateway_settings.smtp_port, smtp_tls="required")

    found = outcome(Smtp(settings), "kari@eksempel.no")

    assert found == RefusedForNow("The e-mail server offers no TLS, and SMTP_TLS requires it.", "tls")
    assert control.ask("counts")["email"]["received"] == 0


@pytest.fixture
def encrypted_server():
    """A server that offers TLS, with a certificate for this machine that only those trust who are told to."""

    class Taking:
        encrypted = ()

        async def handle_DATA(self, server, session, envelope):
            self.encrypted += (session.ssl is not None,)
            return "250 taken"

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(Taking(), "127.0.0.1", port, tls_context=context, ready_timeout=60)
    controller.start()
    yield controller
    controller.stop()


def by_tls(server, tls):
    return Smtp(GatewaySettings(smtp_host="127.0.0.1", smtp_port=server.port, smtp_tls=tls, smtp_timeout_s=20.0))


@pytest.mark.parametrize(("tls", "encrypted"), [("offered", True), ("required", True), ("never", False)])
def test_tls_is_used_where_it_is_offered_unless_told_never_to(encrypted_server, monkeypatch, tls, encrypted):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))

    found = outcome(by_tls(encrypted_server, tls), "kari@eksempel.no")

    assert isinstance(found, Accepted)
    assert encrypted_server.handler.encrypted == (encrypted,)


@pytest.mark.parametrize("tls", ["offered", "required"])
def test_a_server_that_cannot_prove_its_name_gets_nothing(encrypted_server, tls):
    found = outcome(by_tls(encrypted_server, tls), "kari@eksempel.no")

    assert isinstance(found, RefusedForNow)
    assert encrypted_server.handler.encrypted == ()
