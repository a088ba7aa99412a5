"""What tests of drafts need to say about orders: contents, uploads, checks."""

from dataclasses import dataclass
from io import BytesIO

from app.db import db
from app.messaging.status import Channel
from app.orders import check, intake, jobs, service
from app.orders.models import Order
from tests.fixtures.desk import Somebody


@dataclass(frozen=True)
class Desk:
    """Two senders, each of a service owner of their own."""

    sender: Somebody
    service_owner_id: int
    colleague: Somebody
    other_service_owner_id: int

    @property
    def person_id(self) -> int:
        """The sender's id."""
        return self.sender.id


def sms(text: str = "Hello", **changes: object) -> service.Content:
    """The content of an SMS order."""
    return service.Content(**{"channel": Channel.SMS, "sms_sender": "TTD", "sms_text": text, **changes})


def email(subject: str = "News", text: str = "Hello", **changes: object) -> service.Content:
    """The content of an e-mail order."""
    start = {"channel": Channel.EMAIL, "email_from": "noreply@ttd.example"}
    return service.Content(**{**start, "email_subject": subject, "email_text": text, **changes})


@dataclass(frozen=True)
class Drafted:
    """A draft as a page knows it."""

    id: int
    revision: int


def draft_of(desk: Desk, content: service.Content | None = None, pasted: str = "", *files: str | bytes) -> Order:
    """Makes a draft of the sender's service owner; its files are read at once."""
    draft = service.create_draft(desk.service_owner_id, desk.person_id, content or sms())
    if pasted:
        intake.paste(draft.id, pasted)
    db.session.commit()
    for number, file in enumerate(files, 1):
        upload(draft.id, file, f"list{number}.csv")
    return draft


def upload(order_id: int, file: str | bytes, name: str = "list.csv") -> int:
    """Adds a file to a draft and reads it as a worker does; gives the id of the intake."""
    data = file.encode() if isinstance(file, str) else file
    added = intake.add_file(order_id, name, BytesIO(data))
    db.session.commit()
    assert added is not None
    jobs.read_intake(added.id)
    return added.id


def check_now(order_id: int) -> Order:
    """Checks a draft as it stands and gives it."""
    check.ask(order_id)
    db.session.commit()
    draft = db.session.get_one(Order, order_id)
    if draft.checked_revision != draft.revision:
        jobs.check(order_id, draft.revision)
    return draft
