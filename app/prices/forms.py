"""Forms about prices."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, ValidationError

from app.web.forms import Form

HIGHEST = Decimal(1000)
_DECIMALS = 4
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def amount_of(text: str) -> Decimal:
    """Read kroner written with comma or dot, at most four decimals, from 0 to 1,000; raises ValueError in words."""
    try:
        amount = Decimal(text.strip().replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise ValueError(gettext("Enter a price in kroner, as in 0.29 or 0,29.")) from None
    if not amount.is_finite() or not 0 <= amount <= HIGHEST:
        raise ValueError(gettext("Enter a price from 0 to 1,000 kroner."))
    if round(amount, _DECIMALS) != amount:
        raise ValueError(gettext("Use at most four decimals."))
    return amount


def _is_amount(_form: Form, field: StringField) -> None:
    try:
        amount_of(field.data or "")
    except ValueError as error:
        raise ValidationError(str(error)) from error


class _WhereForm(Form):
    channel = SelectField(lazy_gettext("Channel"))
    country = SelectField(lazy_gettext("Country"), [DataRequired(lazy_gettext("Choose a country."))])


class PriceForm(Form):
    """One price, and which state of it was seen."""

    amount = StringField(lazy_gettext("Price in NOK"), [DataRequired(lazy_gettext("Enter a price.")), _is_amount])
    seen_at = HiddenField()

    def seen(self) -> datetime:
        """Give the moment of the price that was shown; long ago for anything that is no moment."""
        try:
            seen = datetime.fromisoformat(self.seen_at.data or "")
        except ValueError:
            seen = _LONG_AGO
        return seen if seen.tzinfo else _LONG_AGO


class NewPriceForm(_WhereForm, PriceForm):
    """The price of a country that has none of its own yet."""
