"""What the audit log is filtered by."""

from flask_babel import lazy_gettext
from wtforms import SelectField, StringField

from app.audit.queries import Filter
from app.web.forms import Form
from app.web.ids import LARGEST_ID


class FilterForm(Form):
    """The filter in the page's address; what it does not know finds nothing."""

    person = SelectField(lazy_gettext("Who"), validate_choice=False)
    action = SelectField(lazy_gettext("What"), validate_choice=False)
    object_type = SelectField(lazy_gettext("On"), validate_choice=False)
    object_id = StringField(lazy_gettext("Number or code"))

    def wanted(self) -> Filter:
        """Read the filter; empty fields let all pass."""
        person = self.person.data or None
        return Filter(
            person_id=None if person is None else _id(person),
            action=self.action.data or None,
            object_type=self.object_type.data or None,
            object_id=(self.object_id.data or "").strip() or None,
        )


def _id(text: str) -> int:
    # 0 is nobody: ids are counted from 1.
    return int(text) if text.isascii() and text.isdigit() and int(text) <= LARGEST_ID else 0
