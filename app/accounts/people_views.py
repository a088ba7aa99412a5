"""The administrators' pages about people."""

from typing import TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from app.accounts import password_links, queries, service
from app.accounts.current import current_person
from app.accounts.forms import NewPersonForm, PersonForm, SearchForm
from app.accounts.models import Person
from app.accounts.views import Answer
from app.audit.service import record
from app.db import db
from app.web import menu, tokens
from app.web.access import open_to
from app.web.paging import page_args
from app.web.proxies import public_url

bp = Blueprint("people", __name__, url_prefix="/people")

_LINK = "password_link"

PersonFormKind = TypeVar("PersonFormKind", bound=PersonForm)


def add_to_menu() -> None:
    """Put the pages on the menu."""
    menu.add(lazy_gettext("People"), "people.people", ["administrator"], 60, menu.Group.ADMINISTRATION)


@bp.get("")
@open_to("administrator")
def people() -> str:
    """List people, the latest added first."""
    search = tokens.recall(request.args.get("search", ""), current_person().id) or ""
    page = queries.people(page_args(), search)
    return render_template("accounts/people.html", page=page, form=SearchForm(search=search), search=search)


@bp.post("/search")
@open_to("administrator")
def search() -> Response:
    """Keep what is searched for out of the address."""
    text = (SearchForm().search.data or "").strip()[:200]
    token = tokens.remember(text, current_person().id) if text else None
    return redirect(url_for("people.people", search=token), 303)


@bp.get("/new")
@open_to("administrator")
def new() -> str:
    """Ask who is to be added."""
    return render_template("accounts/new_person.html", form=_with_owners(NewPersonForm()))


@bp.post("/new")
@open_to("administrator")
def new_post() -> Answer:
    """Add a person, with a link by which they choose their password."""
    form = _with_owners(NewPersonForm())
    person = _added(form) if form.validate() else None
    if person is None:
        return render_template("accounts/new_person.html", form=form), 422
    return _leave_link(person, gettext("The person is added. By the link below they choose their password."))


def _added(form: NewPersonForm) -> Person | None:
    roles = {"administrator": bool(form.is_administrator.data), "support": bool(form.is_support.data)}
    try:
        person = service.create_person(form.email.data or "", form.name.data or "", None, **roles)
    except service.AccountRefused as error:
        form[error.field].errors = (str(error),)
        return None
    service.change_memberships(person, form.service_owners.data or [])
    return person


@bp.get("/<int:person_id>")
@open_to("administrator")
def person(person_id: int) -> str:
    """Show one person, and once the link that was just made for them."""
    found = _found(person_id)
    made_for, link = session.pop(_LINK, (0, "")) if _LINK in session else (0, "")
    return render_template("accounts/person.html", person=found, link=link if made_for == found.id else "")


@bp.get("/<int:person_id>/edit")
@open_to("administrator")
def edit(person_id: int) -> str:
    """Ask what to change about a person."""
    found = _found(person_id)
    form = _with_owners(PersonForm(obj=found))
    form.service_owners.data = [membership.service_owner_id for membership in found.memberships]
    return render_template("accounts/edit_person.html", form=form, person=found)


@bp.post("/<int:person_id>/edit")
@open_to("administrator")
def edit_post(person_id: int) -> Answer:
    """Change a person's name, roles and service owners."""
    found, form = _found(person_id), _with_owners(PersonForm())
    if not (form.validate() and _changed(found, form)):
        db.session.rollback()
        return render_template("accounts/edit_person.html", form=form, person=_found(person_id)), 422
    return _saved(found, gettext("The changes are saved."))


def _changed(person: Person, form: PersonForm) -> bool:
    is_administrator = bool(form.is_administrator.data)
    if person.id == current_person().id and not is_administrator:
        form.is_administrator.errors = (gettext("You cannot take this role from yourself. Ask another administrator."),)
        return False
    try:
        service.change_roles(person, administrator=is_administrator, support=bool(form.is_support.data))
    except service.AccountRefused as error:
        form.is_administrator.errors = (str(error),)
        return False
    service.rename_person(person, form.name.data or "")
    service.change_memberships(person, form.service_owners.data or [])
    return True


@bp.get("/<int:person_id>/disable")
@open_to("administrator")
def disable(person_id: int) -> str:
    """Say what disabling does, and ask."""
    return render_template("accounts/disable_person.html", person=_found(person_id))


@bp.post("/<int:person_id>/disable")
@open_to("administrator")
def disable_post(person_id: int) -> Response:
    """Disable a person."""
    found = _found(person_id)
    if found.id == current_person().id:
        return _refused(found, gettext("You cannot disable yourself. Ask another administrator."))
    try:
        service.disable(found)
    except service.AccountRefused as error:
        return _refused(found, str(error))
    return _saved(found, gettext("The person is disabled and signed out everywhere."))


@bp.post("/<int:person_id>/enable")
@open_to("administrator")
def enable_post(person_id: int) -> Response:
    """Let a person sign in again."""
    found = _found(person_id)
    service.enable(found)
    return _saved(found, gettext("The person can sign in again."))


@bp.post("/<int:person_id>/password-link")
@open_to("administrator")
def password_link_post(person_id: int) -> Response:
    """Make a link by which the person chooses a new password."""
    found = _found(person_id)
    if found.disabled_at:
        return _refused(found, gettext("The person is disabled. Enable them first."))
    return _leave_link(found, gettext("A link is made. It is shown only now."))


def _leave_link(person: Person, words: str) -> Response:
    record("person.password_link_made", "person", person.id)
    token = password_links.make_token(person)
    session[_LINK] = [person.id, public_url("accounts.choose_password", token=token)]
    return _saved(person, words)


def _saved(person: Person, words: str) -> Response:
    person_id = person.id
    db.session.commit()
    flash(words, "success")
    return redirect(url_for("people.person", person_id=person_id), 303)


def _refused(person: Person, words: str) -> Response:
    flash(words, "danger")
    return redirect(url_for("people.person", person_id=person.id), 303)


def _found(person_id: int) -> Person:
    return queries.person(person_id) or abort(404)


def _with_owners(form: PersonFormKind) -> PersonFormKind:
    owners = queries.service_owners()
    form.service_owners.choices = [(owner.id, f"{owner.short_name}: {owner.name}") for owner in owners]
    return form
