"""The deeds done to templates: make one, give it another version, archive it, take it back into use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.db import db, utcnow
from app.messaging.language import Language, Wording
from app.texts.models import TextTemplate, TextVersion, TextWording


class NameTaken(ValueError):
    """Another template of the service owner that is in use has this name."""


class MovedOn(Exception):
    """Somebody else made a version after the one that was shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """All that a version says; languages without a wording are left out."""

    language: Language
    wordings: Mapping[Language, Wording] = field(default_factory=dict)
    email_is_markdown: bool = False


def create(service_owner_id: int, name: str, said: Said, author_id: int) -> TextTemplate:
    """Make a template with its first version; raise NameTaken."""
    wanted = insert(TextTemplate).values(service_owner_id=service_owner_id, name=name)
    made: TextTemplate | None = db.session.scalar(wanted.on_conflict_do_nothing().returning(TextTemplate))
    if made is None:
        raise NameTaken(name)
    _add_version(made, said, author_id, "")
    _record("template.created", made)
    return made


def revise(template: TextTemplate, seen_no: int, name: str, said: Said, author_id: int, note: str) -> bool:
    """Give a locked template other words or another name; tell whether that made a version.

    The same words make none. Raises MovedOn where `seen_no` is not its latest version, NameTaken.
    """
    if template.current_no != seen_no:
        raise MovedOn
    if name != template.name:
        _rename(template, name)
    if said == said_by(version(template.id, template.current_no)):
        return False
    template.current_no += 1
    _add_version(template, said, author_id, note)
    _record("template.revised", template, version=template.current_no)
    return True


def archive(template: TextTemplate) -> None:
    """Offer a locked template for no new order; what it said stays to be read."""
    if template.archived_at is None:
        template.archived_at = utcnow()
        _record("template.archived", template)


def take_back(template: TextTemplate) -> None:
    """Offer a locked, archived template again; raise NameTaken where another one has its name by now."""
    if template.archived_at is None:
        return
    if _is_taken(template, template.name):
        raise NameTaken(template.name)
    template.archived_at = None
    _record("template.taken_back", template)


def locked(template_id: int) -> TextTemplate:
    """Hold a template until the end of the transaction."""
    found = select(TextTemplate).where(TextTemplate.id == template_id).with_for_update()
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def version(template_id: int, no: int) -> TextVersion:
    """Find a version that is known to exist."""
    found = select(TextVersion).where(TextVersion.template_id == template_id, TextVersion.no == no)
    return db.session.scalars(found).one()


def said_by(found: TextVersion) -> Said:
    """Read what a version says."""
    rows = db.session.scalars(select(TextWording).where(TextWording.version_id == found.id)).all()
    by_code = {row.language: Wording(row.sms_text, row.email_subject, row.email_text) for row in rows}
    wordings = {language: by_code[language] for language in Language if language in by_code}
    return Said(Language(found.language), wordings, found.email_is_markdown)


def _rename(template: TextTemplate, name: str) -> None:
    if _is_taken(template, name):
        raise NameTaken(name)
    template.name = name
    _record("template.renamed", template)


def _is_taken(template: TextTemplate, name: str) -> bool:
    same = (TextTemplate.service_owner_id == template.service_owner_id, TextTemplate.id != template.id)
    named = func.lower(TextTemplate.name) == func.lower(name)
    found = select(TextTemplate.id).where(*same, named, TextTemplate.archived_at.is_(None))
    return db.session.scalar(found.limit(1)) is not None


def _add_version(template: TextTemplate, said: Said, author_id: int, note: str) -> None:
    made = TextVersion(
        template_id=template.id,
        no=template.current_no,
        author_id=author_id,
        note=note,
        language=said.language,
        email_is_markdown=said.email_is_markdown,
    )
    db.session.add(made)
    db.session.flush()
    for language, wording in said.wordings.items():
        texts = {name: getattr(wording, name) for name in Wording.__dataclass_fields__}
        db.session.add(TextWording(version_id=made.id, language=language, **texts))


def _record(action: str, template: TextTemplate, **detail: int) -> None:
    audit.record(action, "text_template", template.id, service_owner_id=template.service_owner_id, **detail)
