"""The filter in the page's address; what it does not know is as if it was not said."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.insight.periods import Step, period
from app.insight.queries import Wanted
from app.messaging.status import Channel
from app.web.forms import Form

_CHANNELS = {"sms": Channel.SMS, "email": Channel.EMAIL}
_EARLIEST = date(2020, 1, 1)


class FilterForm(Form):
    """Whose figures, over which period."""

    owner = SelectField(lazy_gettext("Service owner"), validate_choice=False)
    over = SelectField(lazy_gettext("By"), validate_choice=False)
    channel = SelectField(lazy_gettext("Channel"), validate_choice=False)
    route = SelectField(lazy_gettext("Route"), validate_choice=False)
    until = DateField(lazy_gettext("Until the day"), validators=[Optional()])

    def offer(self, owners: Mapping[str, int]) -> "FilterForm":
        """Fill in what can be chosen."""
        self.owner.choices = [SelectChoice("", gettext("All")), *(SelectChoice(name, name) for name in owners)]
        by = {Step.DAY: gettext("Day"), Step.WEEK: gettext("Week"), Step.MONTH: gettext("Month")}
        self.over.choices = [SelectChoice(step.value, label) for step, label in by.items()]
        channels = {"": gettext("Both"), "sms": gettext("SMS"), "email": gettext("E-mail")}
        self.channel.choices = [SelectChoice(value, label) for value, label in channels.items()]
        routes = {"": gettext("Real"), "simulated": gettext("Simulated")}
        self.route.choices = [SelectChoice(value, label) for value, label in routes.items()]
        return self

    def wanted(self, service_owner_ids: Sequence[int] | None, today: date) -> Wanted:
        """Read the filter; a day that is still to come is today."""
        step = Step(self.over.data) if self.over.data in set(Step) else Step.DAY
        last_on = min(max(self.until.data or today, _EARLIEST), today)
        channel = _CHANNELS.get(self.channel.data or "")
        return Wanted(period(step, last_on), service_owner_ids, channel, self.route.data == "simulated")
