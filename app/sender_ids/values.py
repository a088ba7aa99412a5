"""What is typed in a field of a registration, as the table keeps it, and back."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext

from app.messaging import urls
from app.messaging.address import InvalidAddress, parse_email
from app.sender_ids.fields import Field, Kind
from app.sender_ids.refusals import RegistrationRefused
from app.web.typed import trimmed

_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_LONGEST_LINE, _LONGEST_TEXT, _MOST_LINES = 200, 4000, 50
_LARGEST = 2_000_000_000


def written(field: Field, value: Any) -> str:
    """Write a stored value as a form has it; nothing for None."""
    if value is None or value is False:
        return ""
    if field.kind is Kind.FLAG:
        return "yes"
    return "\n".join(value) if isinstance(value, list) else str(value)


def read(field: Field, typed: str | None) -> Any:
    """Read what was typed; raises `RegistrationRefused` with words where it cannot be kept."""
    text = trimmed(typed)
    if field.kind in _MANY:
        return [_MANY[field.kind](line) for line in _lines(text)]
    if field.kind is Kind.FLAG:
        return text.casefold() in ("yes", "y", "1", "true")
    if not text:
        return "" if field.kind in _TEXTS else None
    return _ONE[field.kind](text)


def _line(text: str) -> str:
    if len(text) > _LONGEST_LINE:
        raise RegistrationRefused(gettext("Write at most %(max)d characters.", max=_LONGEST_LINE))
    return " ".join(text.split())


def _long(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise RegistrationRefused(gettext("Write at most %(max)d characters.", max=_LONGEST_TEXT))
    return text


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) > _MOST_LINES:
        raise RegistrationRefused(gettext("Write at most %(max)d lines.", max=_MOST_LINES))
    return list(dict.fromkeys(lines))


def _sample(line: str) -> str:
    if len(line) > _LONGEST_TEXT:
        raise RegistrationRefused(gettext("Write at most %(max)d characters.", max=_LONGEST_TEXT))
    return line


def _address(line: str) -> str:
    if not urls.hosts(line) or " " in line:
        raise RegistrationRefused(gettext("“%(text)s” is not a web address.", text=line[:80]))
    return _sample(line)


def _host(line: str) -> str:
    """Read a host, also out of a whole web address; what anybody can get a name under is none to approve."""
    is_under, bare = line.startswith("*."), line.removeprefix("*.")
    found = urls.hosts(bare) if "/" in bare else frozenset({urls.normal_host(bare)})
    host = next(iter(found), "")
    if not _HOST.fullmatch(host):
        raise RegistrationRefused(gettext("“%(text)s” is not a host.", text=line[:80]))
    if urls.is_public_suffix(host):
        words = gettext("Anybody can get a name under “%(host)s”: write the host itself.", host=host)
        raise RegistrationRefused(words)
    if urls.is_shortener(host):
        raise RegistrationRefused(gettext("“%(host)s” shortens addresses; no country approves it.", host=host))
    return f"*.{host}" if is_under else host


def _email(text: str) -> str:
    try:
        return parse_email(text).address
    except InvalidAddress as fault:
        raise RegistrationRefused(gettext(fault.words)) from fault


def _phone(text: str) -> str:
    """Read a number that is only ever called, so that a land line will do."""
    digits = re.sub(r"[ ()./\u00a0-]", "", text).replace("+", "00", 1).removeprefix("00")
    if re.fullmatch("[2-9][0-9]{7}", digits):
        digits = f"47{digits}"
    if not re.fullmatch("[1-9][0-9]{8,14}", digits):
        raise RegistrationRefused(gettext("Write the number with its country code."))
    return f"+{digits}"


def _country(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise RegistrationRefused(gettext("Write the country's two letters."))
    return text.upper()


def _whole(text: str) -> int:
    digits = re.sub("[ .,\u00a0]", "", text)
    if not re.fullmatch("[0-9]{1,10}", digits) or int(digits) > _LARGEST:
        raise RegistrationRefused(gettext("Write a whole number."))
    return int(digits)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise RegistrationRefused(gettext("Write the day as 2027-01-31.")) from fault


def _money(text: str) -> Decimal:
    try:
        amount = Decimal(re.sub("[ \u00a0]", "", text).replace(",", "."))
    except InvalidOperation as fault:
        raise RegistrationRefused(gettext("Write an amount in kroner.")) from fault
    if not amount.is_finite() or not 0 <= amount < _LARGEST:
        raise RegistrationRefused(gettext("Write an amount in kroner."))
    return amount.quantize(Decimal("0.01"))


_TEXTS = frozenset({Kind.LINE, Kind.LONG, Kind.EMAIL, Kind.PHONE, Kind.COUNTRY})
_MANY: dict[Kind, Callable[[str], str]] = {Kind.LINES: _sample, Kind.ADDRESSES: _address, Kind.HOSTS: _host}
_ONE: dict[Kind, Callable[[str], Any]] = {
    Kind.LINE: _line,
    Kind.LONG: _long,
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
    Kind.COUNTRY: _country,
    Kind.WHOLE: _whole,
    Kind.DAY: _day,
    Kind.MONEY: _money,
}
