"""Filling an order's texts from a template: what is offered, what was chosen, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from app.db import db
from app.messaging.language import Wording
from app.messaging.scheme import has
from app.messaging.status import Channel
from app.texts import queries, service
from app.texts.models import TextTemplate, TextVersion
from app.texts.queries import Used
from app.web.forms import Form

if TYPE_CHECKING:
    from app.orders.forms import OrderForm


class FromTemplate:
    """The columns of an order that say which template its texts came from."""

    template_version_id: Mapped[int | None] = mapped_column(ForeignKey("text_version.id"))
    """The version that its texts were filled from; they may have been changed since."""
