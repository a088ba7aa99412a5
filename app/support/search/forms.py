"""The box, and what is found by it filtered."""

from flask_babel import lazy_gettext
from wtforms import DateField, Field, SearchField, SelectField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.messaging.status import FAILED, OPEN, WORDING, Route, Status
from app.support.search.queries import Filter
from app.support.search.readings import LONGEST, readings
from app.web.forms import Form
from app.web.typed import trimmed

ROUTES = {"real": frozenset({Route.NONE, Route.REAL}), "simulated": frozenset({Route.SIMULATED})}
_BY_NAME = {wording.name: frozenset({status}) for status, wording in WORDING.items()}
_STATUSES = {"open": OPEN, "failed": FAILED, **_BY_NAME}


class BoxForm(Form):
    """One text that may be anything."""

    text = SearchField(
        lazy_gettext("Find a notification or an order"),
        filters=[trimmed],
        validators=[
            DataRequired(lazy_gettext("Write what you look for.")),
            Length(max=LONGEST, message=lazy_gettext("Write at most 255 characters.")),
        ],
    )

    def validate_text(self, field: Field) -> None:
        """Refuse what nothing can be found by."""
        if not readings(field.data):
            raise ValidationError(lazy_gettext("Write what you look for."))


class FilterForm(Form):
    """The filter in the page's address; what it does not know lets all pass."""

    owner = SelectField(lazy_gettext("Service owner"), validate_choice=False)
    status = SelectField(lazy_gettext("Status"), validate_choice=False)
    route = SelectField(lazy_gettext("Route"), validate_choice=False)
    from_on = DateField(lazy_gettext("From the day"), validators=[Optional()])
    until_on = DateField(lazy_gettext("To the day"), validators=[Optional()])

    def wanted(self, owners: dict[str, int]) -> Filter:
        """Read the filter; `owners` are the service owners' ids by short name."""
        statuses: frozenset[Status] = _STATUSES.get(self.status.data or "", frozenset())
        routes = ROUTES.get(self.route.data or "", frozenset())
        owner_id = owners.get(self.owner.data or "")
        return Filter(owner_id, statuses, routes, self.from_on.data, self.until_on.data)
