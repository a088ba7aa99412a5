"""The administrators' pages about service owners."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from app.accounts import queries, service
from app.accounts.forms import LogoForm, NewServiceOwnerForm, ServiceOwnerForm
from app.accounts.models import ServiceOwner
from app.accounts.views import Answer
from app.db import db
from app.web import menu
from app.web.access import open_to

bp = Blueprint("service_owners", __name__, url_prefix="/service-owners")


def add_to_menu() -> None:
    """Put the pages on the menu."""
    menu.add(
        lazy_gettext("Service owners"),
        "service_owners.service_owners",
        ["administrator"],
        70,
        menu.Group.ADMINISTRATION,
    )


@bp.get("")
@open_to("administrator")
def service_owners() -> str:
    """List the service owners, closed ones last."""
    people = queries.people_per_service_owner()
    return render_template("accounts/service_owners.html", owners=queries.service_owners(), people=people)


@bp.get("/new")
@open_to("administrator")
def new() -> str:
    """Ask which service owner is to be added."""
    return render_template("accounts/new_service_owner.html", form=NewServiceOwnerForm())


@bp.post("/new")
@open_to("administrator")
def new_post() -> Answer:
    """Add a service owner."""
    form = NewServiceOwnerForm()
    owner = _added(form) if form.validate() else None
    if owner is None:
        return render_template("accounts/new_service_owner.html", form=form), 422
    return _saved(gettext("%(name)s is added. Now let people send for it.", name=owner.short_name))


def _added(form: NewServiceOwnerForm) -> ServiceOwner | None:
    texts = (form.short_name.data, form.name.data, form.sms_sender.data, form.email_from.data)
    try:
        return service.create_service_owner(*(text or "" for text in texts), days=form.days)
    except service.AccountRefused as error:
        form[error.field].errors = (str(error),)
        return None


@bp.get("/<int:service_owner_id>")
@open_to("administrator")
def edit(service_owner_id: int) -> str:
    """Show a service owner, and ask what to change."""
    owner = _found(service_owner_id)
    return render_template("accounts/edit_service_owner.html", form=ServiceOwnerForm.of(owner), owner=owner)


@bp.post("/<int:service_owner_id>")
@open_to("administrator")
def edit_post(service_owner_id: int) -> Answer:
    """Change a service owner."""
    owner, form = _found(service_owner_id), ServiceOwnerForm()
    if not form.validate():
        return render_template("accounts/edit_service_owner.html", form=form, owner=owner), 422
    texts = (form.name.data, form.sms_sender.data, form.email_from.data)
    service.change_service_owner(owner, *(text or "" for text in texts), days=form.days)
    return _saved(gettext("The changes to %(name)s are saved.", name=owner.short_name))


@bp.get("/<int:service_owner_id>/logo")
@open_to("administrator")
def logo(service_owner_id: int) -> str:
    """Show the logo above a service owner's e-mails, and ask for another."""
    return _logo(_found(service_owner_id), LogoForm())


@bp.post("/<int:service_owner_id>/logo")
@open_to("administrator")
def logo_post(service_owner_id: int) -> Answer:
    """Give a service owner a logo."""
    owner, form = _found(service_owner_id), LogoForm()
    given = form.logo() if form.validate() else None
    if given is None:
        return _logo(owner, form), 422
    service.give_logo(owner, given)
    return _saved(gettext("Formatted e-mails of %(name)s carry the logo from now on.", name=owner.short_name))


@bp.post("/<int:service_owner_id>/logo/remove")
@open_to("administrator")
def remove_logo(service_owner_id: int) -> Response:
    """Let its e-mails carry its name alone."""
    owner = _found(service_owner_id)
    service.remove_logo(owner)
    return _saved(gettext("Formatted e-mails of %(name)s carry its name alone.", name=owner.short_name))


def _logo(owner: ServiceOwner, form: LogoForm) -> str:
    return render_template("accounts/logo.html", owner=owner, form=form, logo=queries.logo_of(owner.id))


@bp.get("/<int:service_owner_id>/close")
@open_to("administrator")
def close(service_owner_id: int) -> str:
    """Say what closing does, and ask."""
    return render_template("accounts/close_service_owner.html", owner=_found(service_owner_id))


@bp.post("/<int:service_owner_id>/close")
@open_to("administrator")
def close_post(service_owner_id: int) -> Response:
    """Let nobody place orders for a service owner."""
    owner = _found(service_owner_id)
    service.close_service_owner(owner)
    return _saved(gettext("%(name)s is closed.", name=owner.short_name))


@bp.post("/<int:service_owner_id>/reopen")
@open_to("administrator")
def reopen_post(service_owner_id: int) -> Response:
    """Let orders be placed again."""
    owner = _found(service_owner_id)
    service.reopen_service_owner(owner)
    return _saved(gettext("%(name)s is open again.", name=owner.short_name))


def _saved(words: str) -> Response:
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("service_owners.service_owners"), 303)


def _found(service_owner_id: int) -> ServiceOwner:
    return queries.service_owner(service_owner_id) or abort(404)
