"""Persons and organisations as recipients: recognised, sealed, looked up at the check, and again when sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.contacts import service as contacts
from app.contacts.models import Listed
from app.contacts.sealing import sealer
from app.contacts.service import Details
from app.db import db, utcnow
from app.dispatch import look_up, start
from app.messaging.identity import parse_any
from app.messaging.scheme import Scheme
from app.messaging.status import Channel
from app.orders import check, cost, intake, queries, reach, service
from app.orders.models import OrderCheck, Recipient, RecipientKind, RefusedRow, UploadPart
from app.shipments.models import Notification, Shipment
from app.web.paging import Window
from tests.fixtures.desk import Visitor
from tests.fixtures.identities import organisation_number, tenor_persons
from tests.orders.drafting import Desk, check_now, draft_of, email, sms, upload

ANNE, BERIT, CARL, DINA = tenor_persons(4)
JOINER = organisation_number(31_000_000)
MIXED = f"{ANNE}\n{BERIT[:6]} {BERIT[6:]}\n{JOINER}\n+4741000009\n{ANNE}\n{CARL[:10]}{(int(CARL[10]) + 1) % 10}"


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Any:
    """Every test here speaks to the rooms themselves."""
    with app.app_context():
        yield


def known(number: str, **more: Any) -> None:
    """Enters somebody in the embedded register."""
    contacts.add(parse_any(number), Details(number[:4], **more))
    db.session.commit()


def recipients(order_id: int) -> list[tuple[int, int, str]]:
    """Kind, row number and address of what was read."""
    found = select(Recipient.kind, Recipient.row_no, Recipient.address).where(Recipient.order_id == order_id)
    return [(kind, row_no, address) for kind, row_no, address in db.session.execute(found.order_by(Recipient.row_no))]


def test_each_row_is_read_as_what_it_is_and_numbers_are_sealed(desk: Desk) -> None:
    draft = draft_of(desk, sms(), MIXED)

    kinds = [kind for kind, _, _ in recipients(draft.id)]
    sealed = db.session.scalars(select(Recipient.identity).order_by(Recipient.row_no)).all()
    hashes = db.session.scalars(select(Recipient.identity_hash).order_by(Recipient.row_no)).all()
    person, organisation = RecipientKind.PERSON, RecipientKind.ORGANISATION
    assert kinds == [person, person, organisation, RecipientKind.PHONE, person]
    assert sealer().open(sealed[1]) == BERIT.encode()
    assert hashes[0] == hashes[4] == sealer().hash(ANNE)


def test_a_repeated_or_mistyped_number_is_left_out_with_its_reason_and_covered(desk: Desk) -> None:
    draft = draft_of(desk, sms(), MIXED)

    refused = {row.row_no: row for row in db.session.scalars(select(RefusedRow))}

    assert (refused[5].reason, refused[5].first_row_no, refused[5].value) == ("duplicate", 1, "")
    assert (refused[6].reason, refused[6].value) == ("identity_control", f"{CARL[:4]}•••")
    assert queries.numbers(draft.id) == queries.Numbers(valid=4, invalid=1, duplicates=1)


@pytest.mark.parametrize("scheme", [Scheme.SMS, Scheme.EMAIL, Scheme.EMAIL_PREFERRED, Scheme.EMAIL_AND_SMS])
def test_no_table_holds_a_number_that_can_be_read(desk: Desk, scheme: Scheme) -> None:
    content = service.Content(channel=scheme, sms_text="Hi", email_subject="S", email_text="T")
    draft = draft_of(desk, content, f"{ANNE}\n{BERIT}\n{ANNE}")
    upload(draft.id, f"fødselsnummer;navn\n{CARL};Carl\n{DINA};Dina\n")

    rows = db.session.execute(text("select r::text from recipient r union all select f::text from refused_row f"))
    stored = " ".join(rows.scalars()) + " ".join(map(repr, db.session.scalars(select(UploadPart.data))))

    assert len(recipients(draft.id)) == 5
    assert not [number for number in (ANNE, BERIT, CARL, DINA) if number in stored]
    assert intake.pasted_text(queries.intakes(draft.id)[0]) == f"{ANNE}\n{BERIT}\n{ANNE}"


@pytest.mark.parametrize(
    "heading", ["Fødselsnummer", "fnr", "Personnummer", "Organisasjonsnummer", "org.nr.", "mottaker", "National ID"]
)
def test_a_column_of_numbers_is_found_by_its_heading(desk: Desk, heading: str) -> None:
    draft = draft_of(desk, email("Hi", "Dear ((navn))"), "", f"navn;{heading}\nAnne;{ANNE}\nJo;{JOINER}\n")

    assert [kind for kind, _, _ in recipients(draft.id)] == [RecipientKind.PERSON, RecipientKind.ORGANISATION]
    values = db.session.scalars(select(Recipient.values).order_by(Recipient.row_no)).all()
    assert values == [["Anne", ""], ["Jo", ""]]


def test_a_column_of_numbers_is_found_without_a_heading(desk: Desk) -> None:
    draft = draft_of(desk, email(), "", f"{ANNE};x\n{BERIT};y\nkari@example.no;z\n")

    kinds = [kind for kind, _, _ in recipients(draft.id)]
    assert kinds == [RecipientKind.PERSON, RecipientKind.PERSON, RecipientKind.EMAIL]


def test_beside_a_column_of_phone_numbers_a_column_of_identity_numbers_is_a_value(desk: Desk) -> None:
    draft = draft_of(desk, sms("Hi"), "", f"telefon;fnr\n+4741000001;{ANNE}\n")

    assert recipients(draft.id) == [(RecipientKind.PHONE, 2, "+4741000001")]


def test_the_check_says_who_cannot_be_reached_and_why(desk: Desk) -> None:
    known(ANNE, phones=("+4741000001",))
    known(BERIT, phones=("+4741000002",), is_reserved=True)
    known(CARL, phones=("+4741000003",), confirmed_at=utcnow() - timedelta(days=700))
    draft = check_now(draft_of(desk, sms(), f"{ANNE}\n{BERIT}\n{CARL}\n{DINA}\n+4741000009").id)

    found = {(one.kind.name, one.reason.value): one.number for one in reach.counts(draft.id)}
    lines = reach.unreachable(draft.id, Window(is_ascending=True)).rows
    ran = db.session.get_one(OrderCheck, draft.id)

    assert found == {("PERSON", "reserved"): 1, ("PERSON", "stale"): 1, ("PERSON", "not_found"): 1}
    assert (lines[0].row_no, lines[0].number) == (2, f"{BERIT[:6]} •••••")
    assert (ran.to_look_up, ran.looked_up, ran.waits_for) == (4, 4, "")
    assert cost.estimate(draft.id, draft.channel).messages == 2


def test_the_check_counts_a_message_for_each_address_of_an_organisation(desk: Desk) -> None:
    known(JOINER, emails=("a@j.no", "b@j.no"), phones=("+4741000003", "+4741000004", "+34612345678"))
    known(ANNE, phones=("+4741000001",))
    texts = {"sms_text": "Hi $recipientName$", "email_subject": "S", "email_text": "T"}
    by_scheme = {}
    for scheme in (Scheme.SMS, Scheme.EMAIL, Scheme.EMAIL_PREFERRED, Scheme.EMAIL_AND_SMS):
        for said in (texts, texts | {"sms_text": "Hi"}):
            content = service.Content(channel=scheme, **said)
            draft = check_now(draft_of(desk, content, f"{ANNE}\n{JOINER}").id)
            found = cost.estimate(draft.id, draft.channel)
            by_scheme.setdefault(scheme, set()).add(
                (found.messages_by(Channel.EMAIL), found.messages_by(Channel.SMS), len(found.lines))
            )

    assert by_scheme == {
        Scheme.SMS: {(0, 4, 2)},
        Scheme.EMAIL: {(2, 0, 1)},
        Scheme.EMAIL_PREFERRED: {(2, 1, 2)},
        Scheme.EMAIL_AND_SMS: {(2, 4, 3)},
    }


def test_while_one_register_is_down_the_check_tells_what_the_other_says(
    desk: Desk, app: Flask, visitor: Callable[..., Visitor]
) -> None:
    app.config["NOTIFICATION_ADDRESSES_URL"] = "http://127.0.0.1:9"
    known(ANNE, emails=("anne@example.no",))
    known(BERIT, phones=("+4741000002",))
    known(CARL, emails=("carl@example.no",), is_reserved=True)
    content = service.Content(
        channel=Scheme.EMAIL_PREFERRED, sms_sender="Test", sms_text="Hi", email_from="a@b.no", email_subject="S",
        email_text="T",
    )  # fmt: skip
    draft = check_now(draft_of(desk, content, f"{ANNE}\n{BERIT}\n{CARL}\n{JOINER}").id)
    sender = visitor().sign_in(desk.sender)

    page = sender.get(f"/orders/{draft.id}/check").text

    ran = db.session.get_one(OrderCheck, draft.id)
    assert (ran.to_look_up, ran.looked_up, ran.waits_for) == (4, 3, "maskinporten")
    assert "Maskinporten, which lets us into the registers does not answer." in page
    assert "So it is not known whether 1 recipient can be reached." in page
    assert "Person: Reserved against electronic communication" in page
    assert "1 recipient by e-mail." in page
    assert "1 recipient by SMS, for want of an e-mail address." in page
    assert "Send 1 e-mail and 1 SMS, and to 1 recipient not looked up yet" in page


def test_where_nobody_could_be_looked_up_the_button_says_so(
    desk: Desk, app: Flask, visitor: Callable[..., Visitor]
) -> None:
    app.config["KRR_URL"] = "http://127.0.0.1:9"
    draft = check_now(draft_of(desk, sms(), f"{ANNE}\n{BERIT}").id)

    page = visitor().sign_in(desk.sender).get(f"/orders/{draft.id}/check").text

    assert "Send to 2 recipients not looked up yet" in page


def test_an_order_that_ignores_reservation_reaches_them_and_that_is_written_down(desk: Desk) -> None:
    known(BERIT, phones=("+4741000002",), is_reserved=True)
    wishes = {"ignores_reservation": True, "reservation_ground": "The Act on X, § 3"}
    draft = check_now(draft_of(desk, sms(**wishes), BERIT).id)
    assert reach.counts(draft.id) == []

    service.place(draft.id, draft.revision, desk.person_id)
    db.session.commit()

    written = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "order.reservation_ignored"))
    assert written is not None
    assert written.detail == {"ground": "The Act on X, § 3"}
    assert db.session.scalars(select(Shipment.ignores_reservation)).all() == [True]


def test_what_the_register_says_when_it_is_sent_decides_and_not_what_it_said_at_the_check(
    desk: Desk, app: Flask
) -> None:
    known(ANNE, phones=("+4741000001",))
    draft = check_now(draft_of(desk, sms(), f"{ANNE}\n+4741000009").id)
    service.place(draft.id, draft.revision, desk.person_id)
    db.session.commit()
    entry = db.session.scalars(select(Listed)).one()
    contacts.change(entry, Details("Anne", phones=("+4741000077",)))
    db.session.commit()
    later = utcnow() + timedelta(minutes=10)

    look_up.look_up_due(lambda: later)
    start.claim_due()
    while start.make_next_slice():
        pass

    assert db.session.scalars(select(Notification.address).order_by(Notification.id)).all() == [
        "+4741000077",
        "+4741000009",
    ]


def test_looking_up_again_takes_what_changed_into_account(desk: Desk) -> None:
    draft = check_now(draft_of(desk, sms(), f"{ANNE}\n+4741000009").id)
    assert len(reach.counts(draft.id)) == 1
    known(ANNE, phones=("+4741000001",))
    db.session.execute(text("delete from kept_answer"))

    check.look_up_again(draft.id)
    db.session.commit()
    again = check_now(draft.id)

    assert reach.counts(again.id) == []
    assert service.place(again.id, again.revision, desk.person_id).outcome is service.PlaceOutcome.PLACED


def test_the_check_page_tells_it_and_nobodys_number_stands_on_it_or_in_an_address(
    desk: Desk, visitor: Callable[..., Visitor]
) -> None:
    known(ANNE, emails=("anne@example.no",))
    draft = check_now(draft_of(desk, email(), f"{ANNE}\n{BERIT}").id)
    sender = visitor().sign_in(desk.sender)

    page = sender.get(f"/orders/{draft.id}/check").text
    listed = sender.get(f"/orders/{draft.id}/unreachable").text

    assert "Not in the register" in page
    assert "changes show by" in page
    assert "a•••@e•••.no" in page
    assert f"{BERIT[:6]} •••••" in listed
    assert "2 recipients looked up, as of" in listed
    assert not [number for number in (ANNE, BERIT) if number in page + listed]
