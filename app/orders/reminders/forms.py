"""The form of a reminder: what may be typed, what is refused in words, and what becomes of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, IntegerField, RadioField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.accounts.models import ServiceOwner
from app.db import db, utcnow
from app.messaging.address import InvalidAddress, parse_email
from app.messaging.schedule import OSLO, NonexistentTime, days_later, from_oslo
from app.messaging.scheme import channels_of
from app.messaging.segments import MAX_SEGMENTS, count_segments
from app.messaging.sender import InvalidSender, check_sender
from app.messaging.status import Channel
from app.messaging.template import Template
from app.orders.conditions import ConditionForm, unclear_field, url_field
from app.orders.forms import LATEST, MOST_CHARACTERS
from app.orders.message import one_line
from app.orders.models import Order
from app.orders.problems import protected_words, too_long_words
from app.orders.reminders.models import Reminder
from app.orders.reminders.service import Reminding
from app.web.typed import plain, trimmed

MOST_DAYS = 365

_SHORT = Length(max=255, message=lazy_gettext("Use at most 255 characters."))
_NOT_ENDLESS = Length(max=MOST_CHARACTERS, message=lazy_gettext("Use at most 100,000 characters."))


class ReminderForm(ConditionForm):
    """One reminder of a draft, on the draft's channels."""

    when = RadioField(lazy_gettext("When to send"))
    after_days = IntegerField(lazy_gettext("Days"), validators=[Optional()])
    send_on = DateField(lazy_gettext("Date"), format=["%Y-%m-%d", "%d.%m.%Y"], validators=[Optional()])
    send_time = TimeField(lazy_gettext("Time"), format=["%H:%M", "%H:%M:%S", "%H.%M"], validators=[Optional()])
    recipients = RadioField(lazy_gettext("Recipients"))
    sms_sender = StringField(lazy_gettext("Sender"), filters=[trimmed])
    sms_text = TextAreaField(lazy_gettext("Text of the SMS"), filters=[plain], validators=[_NOT_ENDLESS])
    email_from = StringField(lazy_gettext("From address"), filters=[trimmed])
    email_subject = StringField(
        lazy_gettext("Subject"), filters=[lambda text: one_line(plain(text))], validators=[_SHORT]
    )
    email_text = TextAreaField(lazy_gettext("Text of the e-mail"), filters=[plain], validators=[_NOT_ENDLESS])

    condition_url = url_field()
    condition_unclear = unclear_field()

    def __init__(self, draft: Order, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        self.send_at: datetime | None = None
        self.when.choices = [
            SelectChoice("after", gettext("Days after the main shipment")),
            SelectChoice("at", gettext("At a chosen time")),
        ]
        self.recipients.choices = [
            SelectChoice("undelivered", gettext("Only those not yet delivered")),
            SelectChoice("all", gettext("As the main order's")),
        ]

    @classmethod
    def blank(cls, draft: Order) -> "ReminderForm":
        """Open the form as a new reminder starts: after a week, to those not yet delivered, with the main texts."""
        texts = {name: getattr(draft, name) for name in ("sms_text", "email_subject", "email_text")}
        return cls(draft, data={"when": "after", "after_days": 7, "recipients": "undelivered", **texts})

    @classmethod
    def of(cls, draft: Order, reminder: Reminder) -> "ReminderForm":
        """Open the form as a reminder stands."""
        return cls(draft, data=_typed(reminder))

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels of the order."""
        return channels_of(self.draft.channel)

    def reminding(self) -> Reminding:
        """What the reminder is to hold, of a form that was checked."""
        has_sms, has_email = Channel.SMS in self.channels, Channel.EMAIL in self.channels
        return Reminding(
            after_days=self.after_days.data if self.when.data == "after" else None,
            send_at=self.send_at,
            only_undelivered=self.recipients.data == "undelivered",
            sms_sender=(self.sms_sender.data or "") if has_sms else "",
            sms_text=(self.sms_text.data or "") if has_sms else "",
            email_from=(self.email_from.data or "") if has_email else "",
            email_subject=(self.email_subject.data or "") if has_email else "",
            email_text=(self.email_text.data or "") if has_email else "",
            condition_url=self.condition_url.data or "",
            condition_holds=self.condition_holds,
        )

    def check(self) -> bool:
        """Judge what was typed: a reminder is complete or is not kept."""
        super().validate()
        for field, words in self._faults():
            field.errors = [*field.errors, words]
        self.check_condition()
        return not self.errors

    def _faults(self) -> Iterator[tuple[Any, str]]:
        yield from self._faults_of_time()
        if Channel.SMS in self.channels:
            yield from self._faults_of_sms()
        if Channel.EMAIL in self.channels:
            yield from self._faults_of_email()

    def _faults_of_time(self) -> Iterator[tuple[Any, str]]:
        if self.when.data == "at":
            yield from self._faults_of_moment()
        elif self.when.data == "after" and not self.after_days.errors:
            days = self.after_days.data
            if days is None or not 1 <= days <= MOST_DAYS:
                yield self.after_days, gettext("Enter a number of days from 1 to %(most)s.", most=MOST_DAYS)
            elif days_later(self._main_at(), days) <= utcnow():
                yield self.after_days, gettext("This time has passed: choose more days.")

    def _faults_of_moment(self) -> Iterator[tuple[Any, str]]:
        if self.send_on.errors or self.send_time.errors:
            return
        if self.send_on.data is None:
            yield self.send_on, gettext("Enter the date on which to send.")
        if self.send_time.data is None:
            yield self.send_time, gettext("Enter the time at which to send.")
        if self.send_on.data is None or self.send_time.data is None:
            return
        try:
            self.send_at = from_oslo(datetime.combine(self.send_on.data, self.send_time.data))
        except NonexistentTime as error:
            yield self.send_time, gettext(error.words)
            return
        if self.send_at <= self._main_at():
            yield self.send_on, gettext("Choose a time after the main shipment's.")
        elif self.send_at > utcnow() + LATEST:
            yield self.send_on, gettext("Choose a time within the next two years.")

    def _main_at(self) -> datetime:
        return self.draft.send_at or utcnow()

    def _faults_of_sms(self) -> Iterator[tuple[Any, str]]:
        text = self.sms_text.data or ""
        try:
            self.sms_sender.data = check_sender(self.sms_sender.data) if self.sms_sender.data else ""
        except InvalidSender as error:
            yield self.sms_sender, gettext(error.words)
        owner = db.session.get_one(ServiceOwner, self.draft.service_owner_id)
        if self.sms_sender.data and (refusal := protected_words(self.sms_sender.data, owner.short_name)):
            yield self.sms_sender, refusal
        if not text.strip():
            yield self.sms_text, gettext("Enter a text.")
        elif not Template(text).names and count_segments(text) > MAX_SEGMENTS:
            yield self.sms_text, too_long_words()

    def _faults_of_email(self) -> Iterator[tuple[Any, str]]:
        try:
            self.email_from.data = parse_email(self.email_from.data).address if self.email_from.data else ""
        except InvalidAddress as error:
            yield self.email_from, gettext(error.words)
        if not self.email_subject.data:
            yield self.email_subject, gettext("Enter a subject.")
        if not (self.email_text.data or "").strip():
            yield self.email_text, gettext("Enter a text.")


def _typed(reminder: Reminder) -> dict[str, Any]:
    local = reminder.send_at.astimezone(OSLO) if reminder.send_at else None
    names = ("after_days", "sms_sender", "sms_text", "email_from", "email_subject", "email_text", "condition_url")
    return {
        **{name: getattr(reminder, name) for name in names},
        "when": "at" if local else "after",
        "send_on": local.date() if local else None,
        "send_time": local.time() if local else None,
        "recipients": "undelivered" if reminder.only_undelivered else "all",
        "condition_unclear": "hold" if reminder.condition_holds else "send",
    }
