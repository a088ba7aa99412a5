"""What is asked of a remedy; the same form says what it will do, and is confirmed."""

from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateTimeLocalField, Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.db import utcnow
from app.messaging.address import InvalidAddress, parse_email, parse_phone
from app.messaging.schedule import NonexistentTime, from_oslo
from app.messaging.sender import InvalidSender, check_sender
from app.messaging.status import Channel
from app.orders.forms import LATEST
from app.support.remedies.models import RemedyKind
from app.support.remedies.service import Asked
from app.support.remedies.words import KINDS
from app.support.telling import without_personal_data
from app.web.forms import Form
from app.web.ids import ids_named
from app.web.typed import trimmed

MOST_CHOSEN = 1000
OFFERED = frozenset({RemedyKind.RESEND, RemedyKind.OTHER_SENDER, RemedyKind.MOVE, RemedyKind.CLOSE})
"""What can be done to any failures."""


def _reason() -> TextAreaField:
    return TextAreaField(
        lazy_gettext("Reason"),
        filters=[trimmed],
        validators=[
            DataRequired(lazy_gettext("Say why.")),
            Length(max=500, message=lazy_gettext("Write at most 500 characters.")),
            without_personal_data,
        ],
    )


class TakeBackForm(Form):
    """Why a closing is taken back."""

    reason = _reason()


class RemedyForm(Form):
    """What is to be done, to which failures, and why."""

    kind = RadioField(lazy_gettext("What is to be done"), validate_choice=False)
    which = RadioField(lazy_gettext("To which"), validate_choice=False)
    chosen = HiddenField()
    send_at = DateTimeLocalField(
        lazy_gettext("When it is sent"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], validators=[Optional()]
    )
    sender = StringField(lazy_gettext("The other sender"), filters=[trimmed])
    subject = StringField(
        lazy_gettext("Subject of the e-mail"),
        filters=[trimmed],
        validators=[Length(max=200, message=lazy_gettext("Write at most 200 characters."))],
    )
    address = StringField(lazy_gettext("The right address"), filters=[trimmed])
    reason = _reason()
    with_expired = BooleanField(lazy_gettext("Send also those whose time to live has ended"))
    with_blocked = BooleanField(lazy_gettext("Try also those that a country rule kept back"))

    def __init__(self, channel: Channel, *args: Any, one: bool, **kwargs: Any) -> None:
        """Offer what can be done; only `one` notification's address can be corrected."""
        super().__init__(*args, **kwargs)
        self._channel = channel
        kinds = [kind for kind in KINDS if kind in OFFERED or (one and kind is RemedyKind.CORRECT)]
        self.kind.choices = [SelectChoice(kind.name.lower(), str(KINDS[kind])) for kind in kinds]
        self.which.choices = [
            SelectChoice("all", gettext("All of them")),
            SelectChoice("some", gettext("Those chosen")),
        ]

    @property
    def wanted(self) -> RemedyKind:
        """Which remedy was chosen."""
        return RemedyKind[self.kind.data.upper()]

    @property
    def ids(self) -> list[int] | None:
        """The notifications that were chosen; None where all are meant."""
        return None if self.which.data == "all" else self.chosen_ids()

    def chosen_ids(self) -> list[int]:
        """Read what was chosen, at most `MOST_CHOSEN`."""
        return sorted(set(ids_named((self.chosen.data or "").split(","))))[:MOST_CHOSEN]

    def at(self) -> datetime | None:
        """When it is sent; None for at once."""
        return None if self.send_at.data is None else from_oslo(self.send_at.data)

    def goes_to(self) -> tuple[Channel, str] | None:
        """Give channel and country of the right address; None where no address is corrected."""
        if self.wanted is not RemedyKind.CORRECT:
            return None
        is_email = "@" in self.address.data
        return (Channel.EMAIL, "") if is_email else (Channel.SMS, parse_phone(self.address.data).country)

    def asked(self) -> Asked:
        """Give the remedy as it was confirmed."""
        sender = self.sender.data if self.wanted is RemedyKind.OTHER_SENDER else ""
        confirmed = bool(self.with_expired.data), bool(self.with_blocked.data)
        subject = self.subject.data or ""
        return Asked(self.wanted, self.reason.data, self.ids, self.at(), sender or "", subject, *confirmed)

    def validate_kind(self, field: Field) -> None:
        """One of those that are offered; one address is corrected at a time."""
        if field.data not in {choice.value for choice in self.kind.choices}:
            raise ValidationError(lazy_gettext("Choose what is to be done."))
        if self.wanted is RemedyKind.CORRECT and len(self.ids or ()) != 1:
            raise ValidationError(lazy_gettext("Choose one failure: an address is corrected for one at a time."))

    def validate_which(self, field: Field) -> None:
        """Something must be chosen."""
        if field.data not in ("all", "some"):
            raise ValidationError(lazy_gettext("Choose to which."))
        if field.data == "some" and not self.chosen_ids():
            raise ValidationError(lazy_gettext("Choose at least one failure."))

    def validate_send_at(self, field: Field) -> None:
        """It can only be sent later."""
        try:
            at = self.at()
            if at is not None and at <= utcnow():
                raise ValidationError(lazy_gettext("Choose a time that is still to come, or none for at once."))
            if at is not None and at > utcnow() + LATEST:
                raise ValidationError(lazy_gettext("Choose a time within the next two years."))
        except NonexistentTime as fault:
            raise ValidationError(gettext(fault.words)) from None

    def validate_sender(self, field: Field) -> None:
        """Another sender must be one that the channel can show."""
        if self.kind.data != RemedyKind.OTHER_SENDER.name.lower():
            return
        if not field.data:
            raise ValidationError(lazy_gettext("Write the other sender."))
        _check(parse_email if self._channel is Channel.EMAIL else check_sender, field.data)

    def validate_address(self, field: Field) -> None:
        """A corrected address must be one."""
        if self.kind.data == RemedyKind.CORRECT.name.lower():
            _check(parse_email if "@" in (field.data or "") else parse_phone, field.data or "")


def _check(parse: Any, text: str) -> None:
    try:
        parse(text)
    except (InvalidAddress, InvalidSender) as refused:
        raise ValidationError(gettext(refused.words)) from None
