"""The deeds done to an order: make a draft, change it, delete it, place it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.db import db, utcnow
from app.messaging.days import Days
from app.messaging.scheme import Scheme
from app.orders import cost, duplicates, making, outlook, promised, queries, set_aside
from app.orders.models import Intake, Order, Recipient, RefusedRow, UploadPart
from app.orders.outlook import Outlook
from app.orders.problems import Problem, problems_of
from app.orders.reminders import foretold
from app.orders.reminders.foretold import Foretold
from app.queue import ring


class NotADraft(LookupError):
    """The order does not exist, or has been placed and can no longer be changed."""


class PlaceOutcome(Enum):
    """What came of asking for an order to be placed."""

    PLACED = "placed"
    ALREADY_PLACED = "already placed"
    CHANGED = "changed since it was checked"
    BLOCKED = "cannot be sent as it is"
    UNCONFIRMED = "a country is not confirmed by name"


@dataclass(frozen=True, slots=True)
class PlaceResult:
    """What came of placing; only `BLOCKED` has problems."""

    outcome: PlaceOutcome
    order_id: int
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What a person decides about an order beside its recipients; a draft may hold it unfinished."""

    channel: int
    """A `Scheme`."""
    falls_back: bool = False
    senders_reference: str = ""
    sms_sender: str = ""
    sms_text: str = ""
    email_from: str = ""
    email_subject: str = ""
    email_text: str = ""
    email_is_markdown: bool = False
    template_version_id: int | None = None
    language: str = ""
    language_column: str = ""
    wordings: dict[str, dict[str, str]] = field(default_factory=dict)
    send_at: datetime | None = None
    daytime_only: bool = False
    days: int = Days.EVERY
    ignores_reservation: bool = False
    reservation_ground: str = ""
    uses_stale: bool = False
    condition_url: str = ""
    condition_holds: bool = False


def create_draft(
    service_owner_id: int, person_id: int | None, content: Content, public_id: UUID | None = None
) -> Order:
    """Make a draft; with the `public_id` of a draft that the same person made before, give that one, changed."""
    values = {**asdict(content), "service_owner_id": service_owner_id, "created_by_id": person_id}
    if public_id is not None:
        values["public_id"] = public_id
    made: Order | None = db.session.scalar(insert(Order).values(values).on_conflict_do_nothing().returning(Order))
    if made is None:
        return _draft_made_before(service_owner_id, person_id, content, public_id)
    _record("draft.created", made, person_id, channel=Scheme(content.channel).name)
    return made


def _draft_made_before(service_owner_id: int, person_id: int | None, content: Content, public_id: UUID | None) -> Order:
    mine = (Order.public_id == public_id, Order.created_by_id == person_id, Order.service_owner_id == service_owner_id)
    order_id = db.session.scalar(select(Order.id).where(*mine, Order.placed_at.is_(None)))
    if order_id is None:
        return create_draft(service_owner_id, person_id, content)
    return change_draft(order_id, content)


def change_draft(order_id: int, content: Content) -> Order:
    """Give a draft other content; its revision counts up where anything has changed. Raise NotADraft."""
    draft = lock_draft(order_id)
    if changed := give(draft, content):
        note_change(draft, changed)
    return draft


def give(draft: Order, content: Content) -> list[str]:
    """Give a locked draft other content, and tell the names of what has changed."""
    changed = {name: value for name, value in asdict(content).items() if getattr(draft, name) != value}
    for name, value in changed.items():
        setattr(draft, name, value)
    if changed:
        touch(draft)
        draft.edition += 1
        draft.edited_on = ""
        db.session.flush()
    if "channel" in changed:
        duplicates.find(draft.id)
    return sorted(changed)


def note_change(draft: Order, changed: Sequence[str]) -> None:
    """Write down that a draft was changed."""
    owner = draft.service_owner_id
    audit.record("draft.changed", "order", draft.id, service_owner_id=owner, changed=list(changed))


def lock_draft(order_id: int) -> Order:
    """Hold a draft until the end of the transaction, so that nobody places or changes it meanwhile; raise NotADraft."""
    order = _locked(order_id)
    if order.placed_at is not None:
        raise NotADraft(order_id)
    return order


def touch(draft: Order) -> None:
    """Count up a locked draft's revision: whatever was checked before is checked no more."""
    draft.revision += 1
    draft.changed_at = utcnow()


def delete_draft(order_id: int, person_id: int) -> None:
    """Delete a draft with its recipients; raise NotADraft."""
    draft = lock_draft(order_id)
    for table in (Recipient, RefusedRow):
        db.session.execute(delete(table).where(table.order_id == order_id))
    _record("draft.deleted", draft, person_id)
    db.session.execute(delete(Order).where(Order.id == order_id))


def place(order_id: int, revision: int, person_id: int, confirmed: Collection[str] = ()) -> PlaceResult:
    """Place a draft as it was checked at `revision`, whoever asks and however often: one order comes of it.

    `confirmed` are the countries that the person has confirmed by name. Raises NotADraft where there is no such order.
    """
    order = _locked(order_id)
    if order.placed_at is not None:
        return PlaceResult(PlaceOutcome.ALREADY_PLACED, order_id)
    if not order.revision == order.checked_revision == revision:
        return PlaceResult(PlaceOutcome.CHANGED, order_id)
    if found := problems_of(order):
        return PlaceResult(PlaceOutcome.BLOCKED, order_id, found)
    seen, reminders = outlook.of(order), foretold.foretell(order, utcnow())
    to_confirm = foretold.to_confirm(seen, reminders)
    if any(line.country not in confirmed for line in to_confirm):
        return PlaceResult(PlaceOutcome.UNCONFIRMED, order_id)
    _place(order, person_id, seen, reminders)
    return PlaceResult(PlaceOutcome.PLACED, order_id)


def _locked(order_id: int) -> Order:
    statement = select(Order).where(Order.id == order_id).with_for_update().execution_options(populate_existing=True)
    order = db.session.scalar(statement)
    if order is None:
        raise NotADraft(order_id)
    return order


def _place(order: Order, person_id: int, seen: Outlook, reminders: Sequence[Foretold]) -> None:
    estimate, recipients = cost.estimate(order.id, order.channel), queries.numbers(order.id).valid
    now = utcnow()
    order.placed_at, order.placed_by_id = now, person_id
    order.estimated_cost = foretold.together(estimate.total, reminders)
    _keep_only_valid_recipients(order.id)
    made, outlooks = making.make(order, recipients, now), foretold.outlooks(reminders)
    for one in made:
        promised.keep(one.shipment.id, outlooks.get(one.reminder, seen), person_id)
    shipment = made[0].shipment
    _record(
        "order.placed",
        order,
        person_id,
        shipment_id=shipment.id,
        recipients=recipients,
        segments=estimate.segments,
        revision=order.revision,
        confirmed=[line.country for line in foretold.to_confirm(seen, reminders)],
        reminders=len(reminders),
    )
    if shipment.looks_up and order.ignores_reservation:
        _record("order.reservation_ignored", order, person_id, ground=order.reservation_ground)
    if order.condition_url:
        ring("intake", "app.dispatch.jobs.open_gates")
    ring(*(("intake", "app.dispatch.jobs.look_up") if shipment.looks_up else ("dispatch", "app.dispatch.jobs.start")))


def _keep_only_valid_recipients(order_id: int) -> None:
    set_aside.put(order_id)
    its_intakes = select(Intake.id).where(Intake.order_id == order_id)
    db.session.execute(delete(UploadPart).where(UploadPart.intake_id.in_(its_intakes)))


def _record(action: str, order: Order, person_id: int | None, **detail: int | str | list[str]) -> None:
    audit.record(action, "order", order.id, service_owner_id=order.service_owner_id, person_id=person_id, **detail)
