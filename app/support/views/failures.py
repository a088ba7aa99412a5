"""The failure inbox: groups of failures that nobody has resolved, live; and one group with what is in it."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.current import current_person, is_covered
from app.accounts.queries import service_owners
from app.db import db
from app.orders.views.remedies import registering_url
from app.prices.countries import country_name
from app.support.failures import queries, service, words
from app.support.failures.forms import AssignForm, FilterForm, NoteForm
from app.support.failures.queries import Group
from app.support.remedies import queries as remedies
from app.support.remedies import words as remedy_words
from app.support.remedies.allow_listing import may_be_asked_for
from app.support.remedies.models import RemedyKind
from app.support.views import DESK, bp
from app.web import live
from app.web.access import open_to
from app.web.paging import page_args

GROUP = "/failures/<int:group_id>"


@bp.get("/failures")
@open_to(*DESK)
def failures() -> Response:
    """List the groups; the list refreshes by itself."""
    owners = {owner.short_name: owner.id for owner in service_owners()}
    filters = FilterForm(request.args, meta={"csrf": False})
    groups = queries.groups(filters.wanted(owners, current_person().id))
    return live.respond_part_or_page(
        "support/failures.html",
        "support/_failures_part.html",
        f"{request.query_string.decode()}|{groups}",
        groups=groups,
        filters=filters.offer(owners, queries.choices()),
        is_filtered=any(request.args.values()),
        words=words,
        country_name=country_name,
        most=queries.MOST_GROUPS,
    )


@bp.get(GROUP)
@open_to(*DESK)
def failures_of(group_id: int) -> Response:
    """Show one group and what is in it; it refreshes by itself."""
    group = _group(group_id)
    page = queries.lines(group_id, page_args())
    done = remedies.last_on(group_id)
    return live.respond_part_or_page(
        "support/group.html",
        "support/_group_part.html",
        f"{request.query_string.decode()}|{group}|{page.rows[:1]}|{len(page.rows)}|{_standing(done)}",
        page=page,
        done=done,
        remedy_words=remedy_words,
        RemedyKind=RemedyKind,
        is_covered=is_covered,
        **_desk(group, NoteForm()),
    )


@bp.post(f"{GROUP}/note")
@open_to(*DESK)
def note_failures(group_id: int) -> Response | tuple[str, int]:
    """Write a note about the group."""
    group, form = _group(group_id), NoteForm()
    if not form.validate():
        return render_template("support/note.html", **_desk(group, form)), 422
    service.note(group, current_person().id, form.words.data)
    db.session.commit()
    return _back(group_id)


@bp.post(f"{GROUP}/assign")
@open_to(*DESK)
def assign_failures(group_id: int) -> Response:
    """Give the group to a colleague, or to nobody."""
    group, people = _group(group_id), {person.id: person for person in queries.colleagues()}
    form = AssignForm({person.id: person.name for person in people.values()})
    if not form.validate():
        abort(422)
    person = people.get(int(form.person.data)) if form.person.data else None
    service.assign(group, person)
    db.session.commit()
    flash(gettext("Assigned to %(name)s.", name=person.name) if person else gettext("Assigned to nobody."), "success")
    return _back(group_id)


@bp.post(f"{GROUP}/follow")
@open_to(*DESK)
def follow_failures(group_id: int) -> Response:
    """Hear of the group by e-mail, or no longer."""
    group, person_id = _group(group_id), current_person().id
    if request.form.get("follow") == "yes":
        service.follow(group.id, person_id)
        flash(gettext("You get an e-mail when these failures jump, are noted on, or a remedy ends."), "success")
    else:
        service.unfollow(group.id, person_id)
        flash(gettext("You get no e-mail about these failures any more."), "success")
    db.session.commit()
    return _back(group_id)


def _standing(done: Sequence[Any]) -> list[tuple[int, int]]:
    return [(remedy.id, remedy.status) for remedy, _ in done]


def _group(group_id: int) -> Group:
    return queries.group(group_id) or abort(404)


def _back(group_id: int) -> Response:
    return redirect(url_for("support.failures_of", group_id=group_id), 303)


def _desk(group: Group, form: NoteForm) -> dict[str, Any]:
    people = {person.id: person.name for person in queries.colleagues()}
    chosen = MultiDict({"person": str(group.assigned_to_id or "")})
    return {
        "group": group,
        "form": form,
        "assign": AssignForm(people, chosen),
        "notes": queries.notes(group.id),
        "is_followed": queries.is_followed(group.id, current_person().id),
        "may_be_asked_for": may_be_asked_for,
        "registering_url": registering_url,
        "words": words,
        "country_name": country_name,
    }
