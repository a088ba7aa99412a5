"""What is told about a row, a country and a moment, in the person's language."""

from collections.abc import Mapping
from datetime import datetime

from babel.dates import format_datetime
from flask_babel import get_locale, gettext, ngettext

from app.intake.refusals import ROW_WORDS
from app.messaging import address
from app.messaging.days import Days
from app.messaging.schedule import OSLO, next_opening, window_is_open
from app.messaging.scheme import Scheme, channels_of
from app.messaging.segments import MAX_SEGMENTS
from app.messaging.status import Channel
from app.orders.models import Order
from app.orders.queries import Refused

_FROM_THE_GROUND: Mapping[str, str] = {**address.WORDS, **ROW_WORDS}


def reason_of(row: Refused) -> str:
    """Say why a row gets no message."""
    if row.reason == "duplicate":
        return _repeats(row)
    if row.reason in _FROM_THE_GROUND:
        return gettext(_FROM_THE_GROUND[row.reason])
    table = {
        "text_empty": gettext("The text is empty when it is filled with this row's values."),
        "subject_empty": gettext("The subject is empty when it is filled with this row's values."),
        "text_too_long": gettext(
            "Filled with this row's values the text takes more than %(most)s segments.", most=MAX_SEGMENTS
        ),
        "reminder_flawed": gettext(
            "A reminder's subject or text is empty or too long when it is filled with this row's values."
        ),
    }
    return table.get(row.reason, row.reason)


def _repeats(row: Refused) -> str:
    if row.first_part == row.part:
        return gettext("Repeats row %(row_no)s.", row_no=row.first_row_no)
    name = row.first_file_name or gettext("the pasted text")
    return gettext("Repeats row %(row_no)s of %(name)s.", row_no=row.first_row_no, name=name)


def scheme(value: int) -> str:
    """Say on which channels an order goes."""
    names = {
        Scheme.SMS: gettext("SMS"),
        Scheme.EMAIL: gettext("E-mail"),
        Scheme.EMAIL_PREFERRED: gettext("E-mail, otherwise SMS"),
        Scheme.SMS_PREFERRED: gettext("SMS, otherwise e-mail"),
        Scheme.EMAIL_AND_SMS: gettext("E-mail and SMS"),
    }
    return names[Scheme(value)]


def channel(value: Channel) -> str:
    """Name a channel."""
    return gettext("SMS") if value is Channel.SMS else gettext("E-mail")


def send_time(order: Order, now: datetime) -> str:
    """Say when the first messages leave."""
    moment = order.send_at or now
    asked = gettext("Now") if order.send_at is None else _written(order.send_at)
    if not order.daytime_only or window_is_open(moment, order.days):
        return asked
    opening = _written(next_opening(moment, order.days))
    return gettext(
        "%(asked)s, which is outside the window: the first leave on %(opening)s", asked=asked, opening=opening
    )


def window(daytime_only: bool, days: int) -> str:
    """Say when SMS may leave."""
    if not daytime_only:
        return gettext("Anytime")
    told = {
        Days.EVERY: gettext("Daytime, 09:00 to 17:00"),
        Days.WEEKDAYS_ONLY: gettext("Daytime, 09:00 to 17:00 on weekdays"),
        Days.NO_HOLIDAYS: gettext("Daytime, 09:00 to 17:00, not on public holidays"),
        Days.WEEKDAYS_ONLY | Days.NO_HOLIDAYS: gettext("Daytime, 09:00 to 17:00 on weekdays, not on public holidays"),
    }
    return told[Days(days)]


def _written(moment: datetime) -> str:
    return format_datetime(moment.astimezone(OSLO), "EEE d MMM y HH:mm", locale=get_locale() or "en")


def ways(
    scheme_: int, valid: int, without_phone: int, without_email: int, moved: int, *, falls_back: bool
) -> list[str]:
    """Say how many recipients of an order on two channels go which way, and why; `moved` from SMS to e-mail."""
    first, second = channels_of(scheme_)
    without = {Channel.SMS: without_phone, Channel.EMAIL: without_email}
    if scheme_ == Scheme.EMAIL_AND_SMS:
        return [
            gettext("Everybody gets an e-mail and an SMS, as far as the addresses are known."),
            *(_lacking(one, count) for one, count in without.items() if count),
        ]
    told = [_first_way(first, valid - without[first] - moved)]
    if without[first]:
        told.append(_second_way(second, without[first]))
    if moved:
        told.append(_moved(moved))
    if falls_back:
        told.append(_fall_back(second, valid - without[first] - without[second] - moved))
    return told


def _lacking(one: Channel, count: int) -> str:
    if one is Channel.SMS:
        return ngettext(
            "%(num)s recipient has no phone number: the SMS fails as not identified.",
            "%(num)s recipients have no phone number: their SMS fail as not identified.",
            count,
        )
    return ngettext(
        "%(num)s recipient has no e-mail address: the e-mail fails as not identified.",
        "%(num)s recipients have no e-mail address: their e-mails fail as not identified.",
        count,
    )


def _first_way(one: Channel, count: int) -> str:
    if one is Channel.SMS:
        return ngettext("%(num)s recipient by SMS.", "%(num)s recipients by SMS.", count)
    return ngettext("%(num)s recipient by e-mail.", "%(num)s recipients by e-mail.", count)


def _second_way(one: Channel, count: int) -> str:
    if one is Channel.SMS:
        return ngettext(
            "%(num)s recipient by SMS, for want of an e-mail address.",
            "%(num)s recipients by SMS, for want of an e-mail address.",
            count,
        )
    return ngettext(
        "%(num)s recipient by e-mail, for want of a phone number.",
        "%(num)s recipients by e-mail, for want of a phone number.",
        count,
    )


def _moved(count: int) -> str:
    return ngettext(
        "%(num)s recipient by e-mail, moved there from SMS.",
        "%(num)s recipients by e-mail, moved there from SMS.",
        count,
    )


def _fall_back(one: Channel, count: int) -> str:
    if one is Channel.SMS:
        return ngettext(
            "Where the e-mail fails, %(num)s recipient can get an SMS instead; its cost is not counted below.",
            "Where the e-mail fails, %(num)s recipients can get an SMS instead; their cost is not counted below.",
            count,
        )
    return ngettext(
        "Where the SMS fails, %(num)s recipient can get an e-mail instead.",
        "Where the SMS fails, %(num)s recipients can get an e-mail instead.",
        count,
    )
