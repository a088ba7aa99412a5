"""What is told about a row, a country and a moment, in the person's language."""

from collections.abc import Mapping
from datetime import datetime

from babel.dates import format_datetime
from flask_babel import get_locale, gettext

from app.intake.refusals import ROW_WORDS
from app.messaging import address
from app.messaging.schedule import OSLO, next_opening, window_is_open
from app.messaging.segments import MAX_SEGMENTS
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
    }
    return table.get(row.reason, row.reason)


def _repeats(row: Refused) -> str:
    if row.first_part == row.part:
        return gettext("Repeats row %(row_no)s.", row_no=row.first_row_no)
    name = row.first_file_name or gettext("the pasted text")
    return gettext("Repeats row %(row_no)s of %(name)s.", row_no=row.first_row_no, name=name)


def send_time(order: Order, now: datetime) -> str:
    """Say when the first messages leave."""
    moment = order.send_at or now
    asked = gettext("Now") if order.send_at is None else _written(order.send_at)
    if not order.daytime_only or window_is_open(moment):
        return asked
    opening = _written(next_opening(moment))
    return gettext("%(asked)s, which is outside 09 to 17: the first leave on %(opening)s", asked=asked, opening=opening)


def _written(moment: datetime) -> str:
    return format_datetime(moment.astimezone(OSLO), "EEE d MMM y HH:mm", locale=get_locale() or "en")
