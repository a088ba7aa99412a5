"""What the audit log is filtered by, and the box in which it is searched."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, SearchField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from app.audit.queries import Filter
from app.web.forms import Form
from app.web.ids import id_named

_KEPT = ("person", "action", "object_type", "object_id", "service_owner", "from_on", "until_on")


class FilterForm(Form):
    """The filter in the page's address; what it does not know finds nothing."""

    person = SelectField(lazy_gettext("Who"), validate_choice=False)
    action = SelectField(lazy_gettext("What"), validate_choice=False)
    object_type = SelectField(lazy_gettext("On"), validate_choice=False)
    object_id = StringField(lazy_gettext("Number or code"))
    service_owner = SelectField(lazy_gettext("Service owner"), validate_choice=False)
    from_on = DateField(lazy_gettext("From the day"), validators=[Optional()])
    until_on = DateField(lazy_gettext("To the day"), validators=[Optional()])

    def wanted(self, words: str | None) -> Filter:
        """Read the filter; empty fields let all pass. `words` is what was searched for, None where it is forgotten."""
        return Filter(
            person_id=_id(self.person.data),
            action=self.action.data or None,
            object_type=self.object_type.data or None,
            object_id=(self.object_id.data or "").strip() or None,
            service_owner_id=_id(self.service_owner.data),
            from_on=self.from_on.data,
            until_on=self.until_on.data,
            words=words,
        )


class SearchForm(Form):
    """Words of an entry's detail: a reason, a case reference, a number."""

    words = SearchField(
        lazy_gettext("Words in the entry"),
        validators=[
            DataRequired(lazy_gettext("Write a word to search for.")),
            Length(max=200, message=lazy_gettext("Write at most 200 characters.")),
        ],
    )


def kept(query: Mapping[str, Any]) -> dict[str, str]:
    """Give the filter of an address, for another address with the same."""
    return {name: query[name] for name in (*_KEPT, "search") if query.get(name)}


def _id(text: str | None) -> int | None:
    # 0 is nobody: ids are counted from 1.
    return (id_named(text) or 0) if text else None
