"""A formatted e-mail goes out as HTML beside its plain text, with values that are shown as they are."""

from collections.abc import Callable

from flask import Flask

from app.accounts.models import ServiceOwner
from app.accounts.service import give_logo
from app.db import db
from app.dispatch.claim import claim
from app.dispatch.decide import decide
from app.gateways import Message
from app.messaging.logo import CONTENT_ID, Logo
from app.messaging.status import Channel
from app.standin import Standin
from tests.dispatch.desk import Desk
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.images import PNG

FORMAT_ALL = "update shipment set email_is_markdown = true"
PERSONAL = {"columns": ["name"], "values": [["[Kari](https://evil.example) *x*"]]}


def handed(desk: Desk, body: str, **more: object) -> Message:
    """What the gateway would be given."""
    desk.place(["kari@eksempel.no"], body=body, channel=Channel.EMAIL, **more)
    desk.do(FORMAT_ALL)
    desk.start()
    claimed = claim()
    assert claimed is not None
    [letter] = decide(claimed.content, claimed.rows, claimed.gateway).letters
    return letter.message


def test_the_text_goes_along_as_a_page_with_the_service_owners_name(desk: Desk) -> None:
    message = handed(desk, "**Hei**")

    assert message.text == "**Hei**"
    assert "<header>ttd</header><main><p><strong>Hei</strong></p>" in message.html
    assert "<title>About **Hei**</title>" in message.html


def test_a_value_is_shown_as_it_is(desk: Desk) -> None:
    message = handed(desk, "Hei **((name))**", **PERSONAL)

    assert message.text == "Hei **[Kari](https://evil.example) *x***"
    assert "<strong>[Kari](https://evil.example) *x*</strong>" in message.html
    assert "<a " not in message.html


def test_it_arrives_in_both_forms(desk: Desk, standin: Standin) -> None:
    desk.place(["kari@eksempel.no"], body="**Hei**", channel=Channel.EMAIL)
    desk.do(FORMAT_ALL)
    desk.start()
    desk.send()

    mailbox = standin.desk.mailboxes
    [kept] = mailbox.messages(mailbox.id_of("kari@eksempel.no") or 0, None, 10).lines
    assert (kept.message.note, kept.message.text.strip()) == ("Plain and HTML", "**Hei**")


def test_the_service_owners_logo_goes_along_with_the_page_that_shows_it(desk: Desk) -> None:
    give_logo(db.session.get_one(ServiceOwner, desk.owner("ttd")), Logo("png", PNG))
    db.session.commit()

    message = handed(desk, "**Hei**")

    assert message.logo == Logo("png", PNG)
    assert f'<header><img src="cid:{CONTENT_ID}" alt="" height="48">ttd</header>' in message.html


def test_an_e_mail_without_formatting_is_plain_text_alone(desk: Desk, standin: Standin) -> None:
    desk.place(["kari@eksempel.no"], body="**Hei**", channel=Channel.EMAIL)
    desk.start()
    desk.send()

    mailbox = standin.desk.mailboxes
    [kept] = mailbox.messages(mailbox.id_of("kari@eksempel.no") or 0, None, 10).lines
    assert kept.message.note == ""


def test_a_notifications_page_shows_it_as_it_was_sent_to_those_who_may_read_it(
    app: Flask, standin: Standin, somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]
) -> None:
    with app.app_context():
        notification_id, owner_id = sent(Desk(app))
    sender = visitor().sign_in(somebody("kari", sends_for=[owner_id]))
    support = visitor().sign_in(somebody("siri", support=True))

    page = sender.get(f"/notifications/{notification_id}")
    shown = sender.get(f"/notifications/{notification_id}/email")

    assert f'src="/notifications/{notification_id}/email"' in page.text
    assert "<strong>[Kari](https://evil.example) *x*</strong>" in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert support.get(f"/notifications/{notification_id}/email").status_code == 404
    assert "<iframe" not in support.get(f"/notifications/{notification_id}").text


def sent(desk: Desk) -> tuple[int, int]:
    """A personal e-mail with formatting that has been sent, and whose it is."""
    desk.place(["kari@eksempel.no"], body="Hei **((name))**", channel=Channel.EMAIL, **PERSONAL)
    desk.do(FORMAT_ALL)
    desk.start()
    desk.send()
    [row] = desk.rows("select id from notification")
    return row.id, desk.owner("ttd")
