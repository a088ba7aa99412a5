"""The browser's door to the embedded register: who is in it, and what it says of them."""

from datetime import date, datetime, time

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.contacts import queries, registers, service, words
from app.contacts.answer import Standing
from app.contacts.forms import EntryForm, NewEntryForm, SearchForm
from app.contacts.models import Listed
from app.contacts.queries import Line
from app.contacts.service import AlreadyListed, Details
from app.db import db
from app.messaging.identity import IdentityKind
from app.web import menu, tokens
from app.web.access import open_to
from app.web.formats import OSLO
from app.web.paging import page_args

bp = Blueprint("contacts", __name__, url_prefix="/register")

Answer = Response | str | tuple[str, int]


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    app.register_blueprint(bp)
    menu.add(lazy_gettext("Embedded register"), "contacts.entries", ["administrator"], 65, menu.Group.ADMINISTRATION)


@bp.get("")
@open_to("administrator")
def entries() -> str:
    """List who is in the embedded register."""
    token = request.args.get("search")
    searched = tokens.recall(token, current_person().id) if token else ""
    return _entries(SearchForm(MultiDict({"search": searched or ""})), searched)


@bp.post("")
@open_to("administrator")
def search() -> Answer:
    """Search: the address of what is found names only a token."""
    form = SearchForm()
    if not form.validate():
        return _entries(form, ""), 422
    if not form.search.data:
        return redirect(url_for("contacts.entries"), 303)
    token = tokens.remember(form.search.data, current_person().id)
    return redirect(url_for("contacts.entries", search=token), 303)


def _entries(form: SearchForm, searched: str | None) -> str:
    return render_template(
        "contacts/entries.html",
        form=form,
        page=queries.entries(page_args(), searched or ""),
        is_forgotten=searched is None,
        used_for=[kind for kind in IdentityKind if registers.contact_points(kind).name == "embedded"],
        **_words(),
    )


@bp.get("/new")
@open_to("administrator")
def new() -> str:
    """Ask for somebody new."""
    return render_template("contacts/entry.html", form=NewEntryForm(), line=None, **_words())


@bp.post("/new")
@open_to("administrator")
def new_post() -> Answer:
    """Enter somebody."""
    form = NewEntryForm()
    if not (form.check() and _added(form)):
        return render_template("contacts/entry.html", form=form, line=None, **_words()), 422
    return _saved(gettext("The entry is added."))


def _added(form: NewEntryForm) -> bool:
    if form.identity is None:
        return False
    try:
        service.add(form.identity, _details(form, form.identity.kind))
    except AlreadyListed:
        form.number.errors = (gettext("The register has this number already. Change it there."),)
        return False
    return True


@bp.get("/<int:entry_id>")
@open_to("administrator")
def entry(entry_id: int) -> str:
    """Show what the register says of somebody, to be changed."""
    line = queries.line_of(_found(entry_id))
    return render_template("contacts/entry.html", form=_form_of(line), line=line, **_words())


@bp.post("/<int:entry_id>")
@open_to("administrator")
def entry_post(entry_id: int) -> Answer:
    """Change what the register says of somebody."""
    line = queries.line_of(_found(entry_id))
    form = EntryForm(line.kind)
    if not form.check():
        return render_template("contacts/entry.html", form=form, line=line, **_words()), 422
    service.change(line.entry, _details(form, line.kind))
    return _saved(gettext("The entry is changed. Answers given before count for ten minutes at most."))


@bp.get("/<int:entry_id>/remove")
@open_to("administrator")
def remove(entry_id: int) -> str:
    """Ask whether somebody is to be taken out."""
    return render_template("contacts/remove.html", line=queries.line_of(_found(entry_id)), **_words())


@bp.post("/<int:entry_id>/remove")
@open_to("administrator")
def remove_post(entry_id: int) -> Response:
    """Take somebody out."""
    service.remove(_found(entry_id))
    return _saved(gettext("The entry is removed."))


def _found(entry_id: int) -> Listed:
    return queries.entry(entry_id) or abort(404)


def _form_of(line: Line) -> EntryForm:
    entry = line.entry
    typed = {
        "name": entry.name,
        "standing": entry.standing,
        "emails": "\n".join(entry.emails),
        "phones": "\n".join(entry.phones),
        "is_reserved": entry.is_reserved,
        "confirmed_on": entry.confirmed_at.astimezone(OSLO).date() if entry.confirmed_at else None,
        "language": entry.language,
    }
    return EntryForm(line.kind, data=typed)


def _details(form: EntryForm, kind: IdentityKind) -> Details:
    is_person = kind is IdentityKind.PERSON
    return Details(
        form.name.data or "",
        Standing(int(form.standing.data)),
        (form.emails.data or "").split(),
        (form.phones.data or "").split(),
        is_person and bool(form.is_reserved.data),
        _moment(form.confirmed_on.data) if is_person else None,
        form.language.data or "",
    )


def _moment(day: date | None) -> datetime | None:
    return datetime.combine(day, time(12), OSLO) if day else None


def _words() -> dict[str, object]:
    return {"words": words, "IdentityKind": IdentityKind, "Standing": Standing}


def _saved(said: str) -> Response:
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("contacts.entries"), 303)
