"""Forms about gateways."""

import re
from decimal import Decimal
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DecimalField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from app.gateway_desk.queries import Line
from app.gateway_desk.service import Share
from app.prices.countries import countries
from app.web.forms import Form

_CONTROLS = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def _plain(typed: str | None) -> str:
    return _CONTROLS.sub(" ", typed or "").strip()


def _finite(typed: Any) -> Any:
    """Nothing instead of what is called a number and is none: the validator cannot compare Python's `sNaN`."""
    return None if isinstance(typed, Decimal) and not typed.is_finite() else typed


def _reason() -> StringField:
    return StringField(
        lazy_gettext("Reason"),
        [
            DataRequired(lazy_gettext("Give a reason; it stands in the history.")),
            Length(max=200, message=lazy_gettext("Write at most %(max)d characters.")),
        ],
        filters=[_plain],
    )


class ReasonForm(Form):
    """Why a gateway is paused, drained or used again."""

    reason = _reason()


class ShareForm(Form):
    """What a gateway is for, and why that is changed."""

    countries = StringField(lazy_gettext("Countries"), filters=[_plain])
    weight = IntegerField(
        lazy_gettext("Weight"),
        [
            InputRequired(lazy_gettext("Enter a whole number from 0 to 1000.")),
            NumberRange(0, 1000, lazy_gettext("Enter a whole number from 0 to 1000.")),
        ],
    )
    rate_per_s = DecimalField(
        lazy_gettext("Messages per second"),
        [Optional(), NumberRange(0.01, 100_000, lazy_gettext("Enter a number from 0.01 to 100000, or nothing."))],
        filters=[_finite],
    )
    sender_rate_per_s = DecimalField(
        lazy_gettext("Messages per second of each sender"),
        [Optional(), NumberRange(0.01, 100_000, lazy_gettext("Enter a number from 0.01 to 100000, or nothing."))],
        filters=[_finite],
    )

    why = _reason()

    def validate_countries(self, field: StringField) -> None:
        """Refuse what is no country's code."""
        known = {code for code, _ in countries()}
        unknown = [code for code in _codes(field.data) if code not in known]
        if unknown:
            raise ValidationError(gettext("No country has the code %(codes)s.", codes=", ".join(unknown[:5])))

    def share(self) -> Share:
        """What was asked for."""
        codes = _codes(self.countries.data)
        return Share(codes or None, self.weight.data, _number(self.rate_per_s), _number(self.sender_rate_per_s))


def share_form(line: Line) -> ShareForm:
    """The form as a gateway stands now."""
    return ShareForm(
        data={
            "countries": ", ".join(line.countries or ()),
            "weight": line.weight,
            "rate_per_s": line.rate_per_s,
            "sender_rate_per_s": line.sender_rate_per_s,
        }
    )


def _codes(typed: str | None) -> list[str]:
    return sorted({code.upper() for code in re.split(r"[\s,;]+", typed or "") if code})


def _number(field: DecimalField) -> float | None:
    return None if field.data is None else float(field.data)
