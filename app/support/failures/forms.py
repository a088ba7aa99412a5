"""What the inbox is filtered by, and the short forms on a group."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.messaging.status import FAILED, WORDING, Channel, Status
from app.orders.follow.words import reason
from app.prices.countries import country_name
from app.support.failures.queries import Wanted
from app.support.telling import without_personal_data
from app.web.forms import Form
from app.web.typed import trimmed

PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
CHANNELS = {"sms": Channel.SMS, "email": Channel.EMAIL}
_BY_NAME = {WORDING[status].name: status for status in sorted(FAILED)}


class FilterForm(Form):
    """The filter in the page's address; what it does not know lets all pass."""

    owner = SelectField(lazy_gettext("Service owner"), validate_choice=False)
    channel = SelectField(lazy_gettext("Channel"), validate_choice=False)
    country = SelectField(lazy_gettext("Country"), validate_choice=False)
    status = SelectField(lazy_gettext("Status"), validate_choice=False)
    reason = SelectField(lazy_gettext("Reason"), validate_choice=False)
    gateway = SelectField(lazy_gettext("Gateway"), validate_choice=False)
    route = SelectField(lazy_gettext("Route"), validate_choice=False)
    within = SelectField(lazy_gettext("Latest failure"), validate_choice=False)
    mine = SelectField(lazy_gettext("Whose"), validate_choice=False)

    def offer(self, owners: dict[str, int], known: dict[str, list[str]]) -> "FilterForm":
        """Fill in what can be chosen."""
        self.owner.choices = _choices({name: name for name in owners})
        self.channel.choices = _choices({"sms": gettext("SMS"), "email": gettext("E-mail")})
        self.country.choices = _choices({code: country_name(code) for code in known["country"]})
        self.status.choices = _choices({name: _status(name, status) for name, status in _BY_NAME.items()})
        self.reason.choices = _choices({code: reason(code) or code for code in known["reason"]})
        self.gateway.choices = _choices({name: name for name in known["gateway"]})
        self.route.choices = _choices({"real": gettext("Real"), "simulated": gettext("Simulated")})
        periods = (gettext("Within an hour"), gettext("Within a day"), gettext("Within a week"), gettext("In 30 days"))
        self.within.choices = _choices(dict(zip(PERIODS, periods, strict=True)))
        self.mine.choices = _choices({"assigned": gettext("Assigned to me"), "followed": gettext("Followed by me")})
        return self

    def wanted(self, owners: dict[str, int], person_id: int) -> Wanted:
        """Read the filter."""
        return Wanted(
            owners.get(self.owner.data or ""),
            CHANNELS.get(self.channel.data or ""),
            self.country.data or "",
            _BY_NAME.get(self.status.data or ""),
            self.reason.data or "",
            self.gateway.data or "",
            self.route.data or "",
            PERIODS.get(self.within.data or ""),
            person_id if self.mine.data == "assigned" else None,
            person_id if self.mine.data == "followed" else None,
        )


class NoteForm(Form):
    """A note about a group."""

    words = TextAreaField(
        lazy_gettext("Note"),
        filters=[trimmed],
        validators=[
            DataRequired(lazy_gettext("Write the note.")),
            Length(max=1000, message=lazy_gettext("Write at most 1,000 characters.")),
            without_personal_data,
        ],
    )


class AssignForm(Form):
    """Who cares for a group."""

    person = SelectField(lazy_gettext("Assigned to"))

    def __init__(self, people: dict[int, str], *args: Any, **kwargs: Any) -> None:
        """Offer the colleagues, and nobody."""
        super().__init__(*args, **kwargs)
        known = [SelectChoice(str(person_id), name) for person_id, name in people.items()]
        self.person.choices = [SelectChoice("", gettext("Nobody")), *known]


def _status(name: str, status: Status) -> str:
    return f"{name.partition('_')[0]}: {gettext(WORDING[status].label)}"


def _choices(named: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice("", gettext("All")), *(SelectChoice(value, label) for value, label in named.items())]
