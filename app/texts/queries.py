"""Questions about templates: which there are, what their versions say, which of them an order used."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, aggregate_order_by

from app.accounts.models import Person, ServiceOwner
from app.db import db
from app.messaging.language import Language
from app.texts.models import TextTemplate, TextVersion, TextWording
from app.web.paging import Page, Window

MOST_OFFERED = 500
"""So many templates may be chosen from while an order is composed; the list of templates shows all."""


@dataclass(frozen=True, slots=True)
class Line:
    """A template as lists show it, with its latest version."""

    id: int
    name: str
    service_owner_id: int
    service_owner: str
    no: int
    author: str
    made_at: datetime
    archived_at: datetime | None
    languages: Sequence[str]
    has_sms: bool
    has_email: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version as the history shows it."""

    no: int
    author: str
    made_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Used:
    """The version that an order was filled from."""

    template_id: int
    version_id: int
    name: str
    no: int


_ORDERED: Any = aggregate_order_by(TextWording.language, TextWording.language)


def _lines() -> Select[Any]:
    says = select(
        func.coalesce(func.array_agg(_ORDERED, type_=ARRAY(TEXT)), cast(literal("{}"), ARRAY(TEXT))).label("languages"),
        func.coalesce(func.bool_or(TextWording.sms_text != ""), False).label("has_sms"),
        func.coalesce(func.bool_or(TextWording.email_text != ""), False).label("has_email"),
    ).where(TextWording.version_id == TextVersion.id)
    told = says.lateral("told")
    who = (TextTemplate.id, TextTemplate.name, TextTemplate.service_owner_id, ServiceOwner.short_name)
    what = (TextVersion.no, Person.name, TextVersion.made_at, TextTemplate.archived_at)
    shown: tuple[Any, ...] = (*who, *what, told.c.languages, told.c.has_sms, told.c.has_email)
    latest = and_(TextVersion.template_id == TextTemplate.id, TextVersion.no == TextTemplate.current_no)
    joined = select(*shown).select_from(TextTemplate).join(TextVersion, latest)
    joined = joined.join(Person, Person.id == TextVersion.author_id)
    joined = joined.join(ServiceOwner, ServiceOwner.id == TextTemplate.service_owner_id)
    statement: Select[Any] = joined.join(told, and_(True))
    return statement


def page_of(owner_ids: Collection[int] | None, window: Window, *, archived: bool) -> Page[Line]:
    """List one page of the service owners' templates, the latest made first; None means everybody's."""
    is_archived = TextTemplate.archived_at.is_not(None)
    statement = _lines().where(is_archived if archived else ~is_archived)
    if owner_ids is not None:
        statement = statement.where(TextTemplate.service_owner_id.in_(owner_ids))
    rows = db.session.execute(window.narrow(statement, TextTemplate.id)).all()
    return window.page([Line(*row) for row in rows], lambda line: line.id)


def offered(owner_ids: Collection[int]) -> Sequence[Line]:
    """List the templates in use that an order of these service owners may be filled from, by name."""
    mine = (TextTemplate.service_owner_id.in_(owner_ids), TextTemplate.archived_at.is_(None))
    ordered = _lines().where(*mine).order_by(func.lower(TextTemplate.name), TextTemplate.id)
    return [Line(*row) for row in db.session.execute(ordered.limit(MOST_OFFERED))]


def template_of(template_id: int, owner_ids: Collection[int] | None) -> TextTemplate | None:
    """Find a template of one of these service owners; None means everybody's."""
    found = select(TextTemplate).where(TextTemplate.id == template_id)
    if owner_ids is not None:
        found = found.where(TextTemplate.service_owner_id.in_(owner_ids))
    return db.session.scalar(found)


def version_of(template_id: int, no: int) -> TextVersion | None:
    """Find a version of a template."""
    found = select(TextVersion).where(TextVersion.template_id == template_id, TextVersion.no == no)
    return db.session.scalar(found)


def history(template_id: int, window: Window) -> Page[VersionLine]:
    """List one page of a template's versions, the latest first."""
    shown = (TextVersion.no, Person.name, TextVersion.made_at, TextVersion.note)
    statement = select(*shown).join(Person, Person.id == TextVersion.author_id)
    rows = db.session.execute(window.narrow(statement.where(TextVersion.template_id == template_id), TextVersion.no))
    return window.page([VersionLine(*row) for row in rows], lambda line: line.no)


def author_of(found: TextVersion) -> str:
    """Name who made a version."""
    return db.session.scalars(select(Person.name).where(Person.id == found.author_id)).one()


def used(version_id: int | None) -> Used | None:
    """Name the version that an order was filled from, where it was from any."""
    shown = (TextTemplate.id, TextVersion.id, TextTemplate.name, TextVersion.no)
    found = select(*shown).join(TextVersion, TextVersion.template_id == TextTemplate.id)
    row = db.session.execute(found.where(TextVersion.id == version_id)).one_or_none()
    return None if row is None else Used(*row)


def owner_of_version(version_id: int) -> int | None:
    """Tell whose template a version belongs to."""
    owner = select(TextTemplate.service_owner_id).join(TextVersion, TextVersion.template_id == TextTemplate.id)
    return db.session.scalar(owner.where(TextVersion.id == version_id))


def languages_of(line: Line) -> list[Language]:
    """The languages of a line, in the order in which they are always named."""
    return [language for language in Language if language in line.languages]
