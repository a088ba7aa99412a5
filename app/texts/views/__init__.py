"""The browser's door to templates: senders write those of their service owners, administrators read all."""

from collections.abc import Collection

from flask import Blueprint, Flask, abort

from app.accounts.current import current_person, sends_for, service_owner_ids
from app.texts import queries, words
from app.texts.models import TextTemplate, TextVersion

bp = Blueprint("texts", __name__, url_prefix="/templates")

TEMPLATE = "/<int:template_id>"
READERS = ("sender", "administrator")


def install(app: Flask) -> None:
    """Open the pages of templates."""
    from app.texts.views import reading, table, writing

    table.add_to_menu()
    reading.open_pages()
    writing.open_pages()
    app.register_blueprint(bp)


def readable() -> Collection[int] | None:
    """The service owners whose templates the person may read; None means all."""
    return None if current_person().is_administrator else service_owner_ids()


def template_or_404(template_id: int) -> TextTemplate:
    """Find a template that the person may read."""
    return queries.template_of(template_id, readable()) or abort(404)


def version_or_404(template_id: int, no: int) -> TextVersion:
    """Find a version of a template that is there."""
    return (queries.version_of(template_id, no) if no < 2**15 else None) or abort(404)


def mine_or_404(template_id: int) -> TextTemplate:
    """Find a template that the person may change."""
    return queries.template_of(template_id, [owner.id for owner in sends_for()]) or abort(404)


def is_mine(template: TextTemplate) -> bool:
    """Whether the person may change a template and send by it."""
    return template.service_owner_id in {owner.id for owner in sends_for()}


bp.add_app_template_filter(words.language, "language_name")
