"""Writing templates: a new one, another version, the archive."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app.accounts.current import current_person, sends_for
from app.db import db
from app.messaging.language import Language
from app.texts import service
from app.texts.forms import TemplateForm
from app.texts.models import TextTemplate
from app.texts.views import TEMPLATE, bp, mine_or_404, version_or_404
from app.web.access import open_to

Answer = Response | str | tuple[str, int]


def open_pages() -> None:
    """These pages are reached from the list."""


@bp.get("/new")
@open_to("sender")
def new() -> str:
    """Show an empty template."""
    return _page(TemplateForm.blank(sends_for() or abort(403)), None)


@bp.post("/new")
@open_to("sender")
def new_post() -> Answer:
    """Make a template."""
    form = TemplateForm(sends_for() or abort(403))
    if form.owner is None:
        form.check()
        form.service_owner_id.errors = (gettext("Choose a service owner that you send for."),)
        return _page(form, None), 422
    if not form.check():
        return _page(form, None), 422
    try:
        made = service.create(form.owner.id, form.name.data or "", form.said(), current_person().id)
    except service.NameTaken:
        _refuse_name(form)
        return _page(form, None), 422
    db.session.commit()
    flash(gettext("The template is made. Orders can be filled from it."), "success")
    return _to(made.id)


@bp.get(f"{TEMPLATE}/edit")
@open_to("sender")
def edit(template_id: int) -> str:
    """Show a template to be changed."""
    template = _in_use_or_404(template_id)
    said = service.said_by(version_or_404(template_id, template.current_no))
    return _page(TemplateForm.of(template.name, template.current_no, said), template)


@bp.post(f"{TEMPLATE}/edit")
@open_to("sender")
def edit_post(template_id: int) -> Answer:
    """Make another version of what was typed, if the latest is still the one that was shown."""
    template, form = _in_use_or_404(template_id), TemplateForm(())
    if not form.check():
        return _page(form, template), 422
    try:
        made = service.revise(
            service.locked(template.id), _number(form.seen_no.data), form.name.data or "", form.said(),
            current_person().id, form.note.data or "",
        )  # fmt: skip
        db.session.commit()
    except (service.NameTaken, IntegrityError):
        db.session.rollback()
        _refuse_name(form)
        return _page(form, mine_or_404(template_id)), 422
    except service.MovedOn:
        return _page(_moved_on(form, template), template), 422
    flash(_saved_words(template, made=made), "success")
    return _to(template_id)


@bp.post(f"{TEMPLATE}/archive")
@open_to("sender")
def archive(template_id: int) -> Response:
    """Offer a template for no new order."""
    service.archive(service.locked(mine_or_404(template_id).id))
    db.session.commit()
    flash(gettext("The template is archived: no new order is offered it. Those that used it still show it."), "success")
    return _to(template_id)


@bp.post(f"{TEMPLATE}/take-back")
@open_to("sender")
def take_back(template_id: int) -> Response:
    """Offer an archived template again."""
    try:
        service.take_back(service.locked(mine_or_404(template_id).id))
        db.session.commit()
    except (service.NameTaken, IntegrityError):
        db.session.rollback()
        flash(gettext("Another template has this name by now. Give that one another name first."), "warning")
        return _to(template_id)
    flash(gettext("The template is in use again."), "success")
    return _to(template_id)


def _in_use_or_404(template_id: int) -> TextTemplate:
    template = mine_or_404(template_id)
    return abort(404) if template.archived_at else template


def _moved_on(form: TemplateForm, template: TextTemplate) -> TemplateForm:
    """Say it once: what has been shown as the latest by now may be replaced by saving again."""
    form.name.errors = (
        gettext(
            "Somebody made version %(no)s meanwhile. Save again to put yours above it; nothing of theirs is lost.",
            no=template.current_no,
        ),
    )
    form.seen_no.data = str(template.current_no)
    return form


def _saved_words(template: TextTemplate, *, made: bool) -> str:
    if not made:
        return gettext("The texts are as they were, so there is no new version.")
    return gettext("Version %(no)s is saved. Orders and drafts keep the one that they used.", no=template.current_no)


def _refuse_name(form: TemplateForm) -> None:
    form.name.errors = (gettext("Another template of this service owner has this name."),)


def _page(form: TemplateForm, template: TextTemplate | None) -> str:
    written = [language for language in Language if not form.wording(language).is_empty]
    return render_template("texts/edit.html", form=form, template=template, languages=list(Language), written=written)


def _to(template_id: int) -> Response:
    return redirect(url_for("texts.template", template_id=template_id), 303)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else -1
