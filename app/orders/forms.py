"""The form of an order: what may be typed, what is refused in words, and what becomes of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import current_app
from flask_babel import gettext, lazy_gettext
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.accounts.models import ServiceOwner
from app.db import utcnow
from app.messaging.address import InvalidAddress, parse_from
from app.messaging.days import left_out
from app.messaging.schedule import NonexistentTime, from_oslo
from app.messaging.scheme import PREFERRED, Scheme, channels_of
from app.messaging.segments import MAX_SEGMENTS, count_segments
from app.messaging.sender import InvalidSender, check_sender
from app.messaging.status import Channel
from app.messaging.template import Template
from app.orders import typed, words
from app.orders.conditions import ConditionForm, unclear_field, url_field
from app.orders.editing.saving import PageFields
from app.orders.intake import LARGEST_FILE
from app.orders.message import one_line
from app.orders.models import Order
from app.orders.problems import protected_words, too_long_words
from app.orders.service import Content
from app.orders.templating import TextFields
from app.orders.typed import SCHEMES
from app.web.forms import size_of, to_choose
from app.web.typed import plain, trimmed

LATEST = timedelta(days=731)
"""How far ahead an order may be placed."""

_SHORT = Length(max=255, message=lazy_gettext("Use at most 255 characters."))
MOST_CHARACTERS = 100_000
_NOT_ENDLESS = Length(max=MOST_CHARACTERS, message=lazy_gettext("Use at most 100,000 characters."))


def _id(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() else None


class OrderForm(ConditionForm, PageFields, TextFields):
    """An order being composed; `wants_check` says whether it must be complete or may be saved unfinished."""

    draft_key = HiddenField()
    service_owner_id = SelectField(lazy_gettext("Service owner"), coerce=_id, validate_choice=False)
    senders_reference = StringField(lazy_gettext("Your reference"), filters=[trimmed], validators=[_SHORT])
    channel = RadioField(lazy_gettext("Channel"))
    sms_sender = StringField(lazy_gettext("Sender"), filters=[trimmed])
    email_from = StringField(lazy_gettext("From address"), filters=[trimmed])
    email_subject = StringField(
        lazy_gettext("Subject"),
        filters=[lambda text: one_line(plain(text))],
        validators=[_SHORT],
    )
    sms_text = TextAreaField(lazy_gettext("Text of the SMS"), filters=[plain], validators=[_NOT_ENDLESS])
    email_text = TextAreaField(lazy_gettext("Text of the e-mail"), filters=[plain], validators=[_NOT_ENDLESS])
    email_is_markdown = BooleanField(lazy_gettext("The e-mail has formatting"))
    falls_back = BooleanField(lazy_gettext("Use the other channel also where the first one fails"))
    ignores_reservation = BooleanField(lazy_gettext("Send also to persons who are reserved"))
    reservation_ground = StringField(lazy_gettext("Legal ground"), filters=[trimmed], validators=[_SHORT])
    uses_stale = BooleanField(lazy_gettext("Use contact information that was not confirmed for 18 months"))
    pasted = TextAreaField(lazy_gettext("Pasted recipients"), filters=[plain])
    files = MultipleFileField(lazy_gettext("Files of recipients"))
    send_when = RadioField(lazy_gettext("When to send"))
    send_on = DateField(lazy_gettext("Date"), format=["%Y-%m-%d", "%d.%m.%Y"], validators=[Optional()])
    send_time = TimeField(lazy_gettext("Time"), format=["%H:%M", "%H:%M:%S", "%H.%M"], validators=[Optional()])
    window = RadioField(lazy_gettext("Send window"))
    weekdays_only = BooleanField(lazy_gettext("Weekdays only"))
    no_holidays = BooleanField(lazy_gettext("Not on Norwegian public holidays"))

    condition_url = url_field()
    condition_unclear = unclear_field()

    def __init__(self, owners: Sequence[ServiceOwner], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = owners
        self.send_at: datetime | None = None
        self.fixed_scheme: int | None = None
        self._offer()

    def _offer(self) -> None:
        """Name the choices in the language of the person who reads the page."""
        names = [SelectChoice(str(owner.id), f"{owner.name} ({owner.short_name})") for owner in self.owners]
        # With several, none is chosen beforehand: an order for the wrong one is easily sent and hard to take back.
        self.service_owner_id.choices = to_choose(names)
        self.offer_templates(self.owners)
        self.channel.choices = [SelectChoice(name, words.scheme(scheme)) for name, scheme in SCHEMES.items()]
        self.send_when.choices = [
            SelectChoice("now", gettext("Now")),
            SelectChoice("later", gettext("At a chosen time")),
        ]
        self.window.choices = [
            SelectChoice("daytime", gettext("Daytime")),
            SelectChoice("anytime", gettext("Anytime")),
        ]

    @classmethod
    def blank(cls, owners: Sequence[ServiceOwner]) -> "OrderForm":
        """Open the form as a new order starts: SMS, now, in the daytime; with senders where only one owner is meant."""
        start = {"channel": "sms", "send_when": "now", "window": "daytime", "draft_key": str(uuid4())}
        return cls(owners, data={**start, **typed.start_of(owners[0])} if len(owners) == 1 else start)

    @classmethod
    def of(cls, owners: Sequence[ServiceOwner], draft: Order, pasted: str) -> "OrderForm":
        """Open the form as a draft stands."""
        return cls(owners, data={**typed.of(draft), "pasted": pasted})

    def keep_to(self, owners: Sequence[ServiceOwner]) -> None:
        """Offer these service owners only."""
        self.owners = owners
        self._offer()

    @property
    def scheme(self) -> Scheme:
        """On which channels the order goes."""
        return SCHEMES.get(self.channel.data or "", Scheme.SMS)

    @property
    def is_daytime(self) -> bool:
        """Whether SMS wait for the send window."""
        return self.has_sms and self.window.data != "anytime"

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels that the order uses."""
        return channels_of(self.scheme)

    @property
    def has_sms(self) -> bool:
        """Whether any of it goes by SMS."""
        return Channel.SMS in self.channels

    @property
    def key(self) -> UUID | None:
        """What makes a repeated post of a new order the same draft."""
        try:
            return UUID(self.draft_key.data or "")
        except ValueError:
            return None

    def uploads(self) -> list[FileStorage]:
        """The files that were chosen and are not too large."""
        return [file for file in self.files.data or () if _is_file(file) and size_of(file) <= LARGEST_FILE]

    def content(self) -> Content:
        """What the draft is to hold; where something is refused, as much of it as can be kept."""
        has_email = Channel.EMAIL in self.channels
        return Content(
            channel=self.scheme,
            falls_back=self.scheme in PREFERRED and bool(self.falls_back.data),
            senders_reference=self.senders_reference.data or "",
            sms_sender=self.sms_sender.data or "",
            email_from=self.email_from.data or "",
            send_at=self.send_at,
            daytime_only=self.is_daytime,
            days=left_out(weekends=self.weekdays_only.data, holidays=self.no_holidays.data) if self.is_daytime else 0,
            email_subject=self.email_subject.data or "",
            ignores_reservation=bool(self.ignores_reservation.data),
            reservation_ground=(self.reservation_ground.data or "") if self.ignores_reservation.data else "",
            uses_stale=bool(self.uses_stale.data),
            condition_url=self.condition_url.data or "",
            condition_holds=self.condition_holds,
            sms_text=(self.sms_text.data or "") if self.has_sms else "",
            email_text=(self.email_text.data or "") if has_email else "",
            email_is_markdown=has_email and bool(self.email_is_markdown.data),
            language=self.spoken,
            language_column=self.language_column.data or "",
            wordings=self.wordings(self.channels),
            template_version_id=self.origin(self.service_owner_id.data),
        )

    def check(self, *, wants_check: bool, has_recipients: bool) -> bool:
        """Judge what was typed; a draft that is only saved may be unfinished, but not wrong."""
        super().validate()
        self._check_owner()
        self._check_channel()
        self._check_sender()
        self._check_text(wants_check)
        self._check_recipients(wants_check and not has_recipients)
        self._check_time()
        self.check_condition()
        if not self.errors:
            self._fill_in_senders()
        return not self.errors

    def _check_owner(self) -> None:
        if self.service_owner_id.data not in [owner.id for owner in self.owners]:
            _refuse(self.service_owner_id, gettext("Choose a service owner that you send for."))

    def _check_channel(self) -> None:
        if self.fixed_scheme is not None and set(channels_of(self.fixed_scheme)) != set(self.channels):
            _refuse(
                self.channel,
                gettext("The recipients were read for other channels. Remove them before you change the channel."),
            )

    def _check_sender(self) -> None:
        """Judge the senders of the chosen channels, where any are typed."""
        for channel in self.channels:
            field = self.sms_sender if channel is Channel.SMS else self.email_from
            try:
                field.data = _sender(channel, field.data) if field.data else field.data
            except (InvalidSender, InvalidAddress) as error:
                _refuse(field, gettext(error.words))
        if self.has_sms and self.sms_sender.data and not self.sms_sender.errors:
            self._check_protected()

    def _check_protected(self) -> None:
        owner = next((owner for owner in self.owners if owner.id == self.service_owner_id.data), None)
        if owner and (refusal := protected_words(self.sms_sender.data or "", owner.short_name)):
            _refuse(self.sms_sender, refusal)

    def _fill_in_senders(self) -> None:
        # Only once nothing is refused: shown with the errors, one owner's sender would stay when another is chosen.
        owner = next(owner for owner in self.owners if owner.id == self.service_owner_id.data)
        self.sms_sender.data = self.sms_sender.data or owner.sms_sender
        self.email_from.data = self.email_from.data or owner.email_from

    def _check_text(self, is_needed: bool) -> None:
        if is_needed and Channel.EMAIL in self.channels and not self.email_subject.data:
            _refuse(self.email_subject, gettext("Enter a subject."))
        for channel in self.channels:
            field = self.sms_text if channel is Channel.SMS else self.email_text
            if is_needed and not (field.data or "").strip():
                _refuse(field, gettext("Enter a text."))
        text = self.sms_text.data or ""
        if self.has_sms and not Template(text).names and count_segments(text) > MAX_SEGMENTS:
            _refuse(self.sms_text, too_long_words())

    def _check_recipients(self, are_missing: bool) -> None:
        chosen = [file for file in self.files.data or () if _is_file(file)]
        if any(size_of(file) > LARGEST_FILE for file in chosen):
            _refuse(self.files, gettext("The file is larger than 100 MB. Divide it into several files."))
        if self.ignores_reservation.data and not self.reservation_ground.data:
            _refuse(self.reservation_ground, gettext("Say on which legal ground reserved persons are sent to."))
        if are_missing and not (self.pasted.data or "").strip() and not chosen:
            _refuse(self.pasted, gettext("Paste recipients, or upload a file of them."))

    def _check_time(self) -> None:
        if self.send_when.data != "later" or self.send_on.errors or self.send_time.errors:
            return
        if self.send_on.data is None:
            _refuse(self.send_on, gettext("Enter the date on which to send."))
        if self.send_time.data is None:
            _refuse(self.send_time, gettext("Enter the time at which to send."))
        if self.send_on.data is not None and self.send_time.data is not None:
            self._check_moment(datetime.combine(self.send_on.data, self.send_time.data))

    def _check_moment(self, local: datetime) -> None:
        try:
            moment = from_oslo(local)
        except NonexistentTime as error:
            _refuse(self.send_time, gettext(error.words))
            return
        if moment <= utcnow():
            _refuse(self.send_on, gettext("This time has passed: choose a later one, or send now."))
        elif moment > utcnow() + LATEST:
            _refuse(self.send_on, gettext("Choose a time within the next two years."))
        else:
            self.send_at = moment


def _sender(channel: Channel, typed: str) -> str:
    if channel is Channel.SMS:
        return check_sender(typed)
    return parse_from(typed, current_app.config["SMTP_FROM_DOMAINS"]).address


def _is_file(file: Any) -> bool:
    return isinstance(file, FileStorage) and bool(file.filename)


def _refuse(field: Any, words: str) -> None:
    field.errors = [*field.errors, words]
