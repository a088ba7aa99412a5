"""What keeps an order from being sent as it is, in words and with the place where to mend it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import select

from app.accounts.models import ServiceOwner
from app.country_rules.protected import protection_against
from app.db import db, utcnow
from app.messaging.address import InvalidAddress, parse_email
from app.messaging.scheme import channels_of
from app.messaging.segments import MAX_SEGMENTS, count_segments
from app.messaging.sender import InvalidSender, check_sender
from app.messaging.status import Channel
from app.orders import message, outlook
from app.orders.models import CheckLine, Intake, IntakeStatus, Order, OrderCheck
from app.orders.reminders import problems as reminders


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend before the order can be sent; `field` is the form field where that is done."""

    field: str
    text: str


def problems_of(order: Order) -> list[Problem]:
    """List what must be mended, in the order of the form; recipients are judged by the last check if it is current."""
    finders = (
        _about_owner,
        _about_sender,
        _about_text,
        _about_time,
        _about_recipients,
        _about_countries,
        _about_reminders,
    )
    return [problem for find in finders for problem in find(order)]


def _about_owner(order: Order) -> Iterator[Problem]:
    if db.session.scalar(select(ServiceOwner.closed_at).where(ServiceOwner.id == order.service_owner_id)) is not None:
        yield Problem("service_owner_id", gettext("This service owner is closed: nobody can place orders for it."))


def _about_sender(order: Order) -> Iterator[Problem]:
    channels = channels_of(order.channel)
    try:
        if Channel.SMS in channels:
            check_sender(order.sms_sender)
    except InvalidSender as error:
        yield Problem("sms_sender", gettext(error.words))
    try:
        if Channel.EMAIL in channels:
            parse_email(order.email_from)
    except InvalidAddress as error:
        yield Problem("email_from", gettext(error.words))
    owner = db.session.get_one(ServiceOwner, order.service_owner_id)
    if Channel.SMS in channels and (words := protected_words(order.sms_sender, owner.short_name)):
        yield Problem("sms_sender", words)


def _about_text(order: Order) -> Iterator[Problem]:
    for channel, one in message.by_channel(order).items():
        subject, text = message.subject_and_text(one)
        if nested := [keyword for slot in message.slots(one) for keyword in slot.nested]:
            yield Problem(text_field(channel), _nested(nested[0]))
        field, is_sms = text_field(channel), channel is Channel.SMS
        if not is_sms and not subject.strip():
            yield Problem("email_subject", gettext("Enter a subject."))
        if not text.strip():
            yield Problem(field, gettext("Enter a text."))
        elif is_sms and not message.placeholders(one) and count_segments(text) > MAX_SEGMENTS:
            yield Problem(field, too_long_words())


def _nested(keyword: str) -> str:
    return gettext(
        "%(what)s cannot stand within the words of another placeholder: it would not be filled.", what=keyword
    )


def text_field(channel: Channel) -> str:
    """Name the form field in which the text of a channel is written."""
    return "sms_text" if channel is Channel.SMS else "email_text"


def too_long_words() -> str:
    """Say that no SMS may be this long."""
    return gettext("The text takes more than %(most)s segments, the most that one SMS can be.", most=MAX_SEGMENTS)


def _about_time(order: Order) -> Iterator[Problem]:
    if order.send_at is not None and order.send_at <= utcnow():
        yield Problem("send_on", gettext("The send time has passed: choose a later one, or send now."))


def _about_recipients(order: Order) -> Iterator[Problem]:
    intakes = list(db.session.scalars(select(Intake).where(Intake.order_id == order.id).order_by(Intake.part)))
    if not intakes:
        yield Problem("pasted", gettext("Paste recipients or upload a file of them."))
    for intake in intakes:
        yield from _about_intake(order, intake)
    is_checked = order.checked_revision == order.revision
    has_rows = any(intake.status == IntakeStatus.READ for intake in intakes)
    if has_rows and is_checked and not _can_be_sent_to_any(order.id):
        yield Problem("pasted", gettext("None of the rows can be sent to."))


def _about_countries(order: Order) -> Iterator[Problem]:
    is_checked = order.checked_revision == order.revision
    if order.channel == Channel.SMS and is_checked and outlook.of(order).stops_all:
        yield Problem("sms_sender", gettext("No SMS would be sent: see what each country says, and mend it."))


def _about_reminders(order: Order) -> Iterator[Problem]:
    for sentence in reminders.sentences(order):
        yield Problem("reminders", sentence)


def protected_words(sender: str, owner: str) -> str | None:
    """Say whose name a sender is, where the service owner, by its short name, may not send under it."""
    protection = protection_against(owner, sender)
    return gettext("Only %(body)s may send under this name.", body=protection.body) if protection else None


def _about_intake(order: Order, intake: Intake) -> Iterator[Problem]:
    name = intake_name(intake)
    if intake.status in (IntakeStatus.WAITING, IntakeStatus.READING):
        yield Problem("recipients", gettext("%(name)s is still being read.", name=name))
    if intake.status == IntakeStatus.REFUSED:
        why = gettext(
            "%(name)s could not be used, so remove or replace it. %(why)s", name=name, why=intake.refusal_words
        )
        yield Problem("recipients", why)
    if intake.status == IntakeStatus.READ and intake.valid and (names := message.missing(order, intake.columns)):
        asked = ", ".join(f"(({name}))" for name in names)
        yield Problem(text_field(channels_of(order.channel)[0]), _no_column(name, asked))


def _no_column(name: str, asked: str) -> str:
    return gettext(
        "%(name)s has no column for %(asked)s, which the text asks for. Change the text, or add the column.",
        asked=asked,
        name=name,
    )


def intake_name(intake: Intake) -> str:
    """Name an intake as the person knows it."""
    return intake.file_name or gettext("The pasted text")


def _can_be_sent_to_any(order_id: int) -> bool:
    """Whether the check found anybody to send to, or could not ask the register of somebody."""
    found = select(CheckLine.order_id).where(CheckLine.order_id == order_id, CheckLine.reminder == 0)
    unknown = select(OrderCheck.order_id).where(
        OrderCheck.order_id == order_id, OrderCheck.looked_up < OrderCheck.to_look_up
    )
    return bool(db.session.scalar(select(found.exists() | unknown.exists())))
