"""How moments, numbers, money and covered addresses are written for a person; the Jinja filters of the same names."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from flask import Flask
from flask_babel import get_locale, ngettext

from app.messaging.address import mask_email, mask_phone

OSLO = ZoneInfo("Europe/Oslo")
_DOTS = "•••"
_KRONER = "¤¤\u00a0#,##0.00;¤¤\u00a0-#,##0.00"


def oslo(moment: datetime | None) -> str:
    """Write a moment as Norwegian local time to the minute, `23 Nov 2026 14:32`; nothing for None."""
    return _written(moment, "d MMM y HH:mm")


def oslo_seconds(moment: datetime | None) -> str:
    """Write a moment as Norwegian local time to the second, `23 Nov 2026 14:32:07`; nothing for None."""
    return _written(moment, "d MMM y HH:mm:ss")


def oslo_day(day: date) -> str:
    """Write a day, `23 Nov 2026`."""
    return format_date(day, "d MMM y", locale=_locale())


def month(day: date) -> str:
    """Write the month of a day, `Nov 2026`."""
    return format_date(day, "MMM y", locale=_locale())


def oslo_clock(moment: datetime | None) -> str:
    """Write only the time of day in Norway, `14:32:07`; nothing for None."""
    return _written(moment, "HH:mm:ss")


def number(value: float | Decimal) -> str:
    """Write a number with the language's separators, `1,204`."""
    return format_decimal(value, locale=_locale())


def nok(amount: Decimal | int) -> str:
    """Write an amount of Norwegian kroner, `NOK 1,204.50`."""
    return format_currency(amount, "NOK", _KRONER, locale=_locale())


def mask(address: str | None) -> str:
    """Cover an address or identity number so that a colleague may recognise it and nobody learn it."""
    if not address:
        return ""
    if "@" in address:
        return mask_email(address)
    return mask_phone(address) if address.startswith("+") else _DOTS * 2


_NOUNS: dict[str, Callable[[int], str]] = {
    "order": lambda n: ngettext("order", "orders", n),
    "shipment": lambda n: ngettext("shipment", "shipments", n),
    "recipient": lambda n: ngettext("recipient", "recipients", n),
    "notification": lambda n: ngettext("notification", "notifications", n),
    "attempt": lambda n: ngettext("attempt", "attempts", n),
    "failure": lambda n: ngettext("failure", "failures", n),
    "sms": lambda n: ngettext("SMS", "SMS", n),
    "email": lambda n: ngettext("e-mail", "e-mails", n),
    "segment": lambda n: ngettext("segment", "segments", n),
    "character": lambda n: ngettext("character", "characters", n),
    "country": lambda n: ngettext("country", "countries", n),
    "duplicate": lambda n: ngettext("duplicate", "duplicates", n),
    "row": lambda n: ngettext("row", "rows", n),
    "file": lambda n: ngettext("file", "files", n),
    "person": lambda n: ngettext("person", "persons", n),
    "number": lambda n: ngettext("number", "numbers", n),
    "minute": lambda n: ngettext("minute", "minutes", n),
}


def noun(count: int, word: str) -> str:
    """Give the noun that agrees with `count`; the words stand in one table, KeyError for any other."""
    return _NOUNS[word](count)


def counted(count: int, word: str) -> str:
    """Write a count with its noun, `1,204 recipients`."""
    return f"{number(count)} {noun(count, word)}"


def page_language() -> str:
    """Give the page's language as its `lang` attribute wants it, `en` or `nb`."""
    return str(_locale()).replace("_", "-")


def install(app: Flask) -> None:
    """Make the formats known to the templates."""
    for filter_ in (oslo, oslo_day, oslo_seconds, oslo_clock, number, nok, mask):
        app.add_template_filter(filter_)
    for helper in (noun, counted, page_language):
        app.add_template_global(helper)
    app.add_template_filter(_iso, "iso")
    app.add_template_filter(_utc, "utc")


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _written(moment: datetime | None, pattern: str) -> str:
    return "" if moment is None else format_datetime(moment.astimezone(OSLO), pattern, locale=_locale())


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
