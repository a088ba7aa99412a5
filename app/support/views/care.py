"""Who cares for a single notification: assign it, write a note, follow it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.db import db
from app.orders.follow.queries import Head, head_of_notification
from app.support.care import queries, service
from app.support.failures.forms import AssignForm, NoteForm
from app.support.failures.queries import colleagues
from app.support.views import DESK, bp
from app.web.access import open_to

ONE = "/notifications/<int:notification_id>"


@bp.post(f"{ONE}/note")
@open_to(*DESK)
def note_notification(notification_id: int) -> Response | tuple[str, int]:
    """Write a note about the notification."""
    head, form = _head(notification_id), NoteForm()
    if not form.validate():
        shown = {"notification_id": notification_id, "form": form, "care": care_of(notification_id, form)}
        return render_template("support/note_notification.html", **shown), 422
    service.note(notification_id, head, current_person().id, form.words.data)
    db.session.commit()
    return _back(notification_id)


@bp.post(f"{ONE}/assign")
@open_to(*DESK)
def assign_notification(notification_id: int) -> Response:
    """Give the notification to a colleague, or to nobody."""
    head, people = _head(notification_id), {person.id: person for person in colleagues()}
    form = AssignForm({person.id: person.name for person in people.values()})
    if not form.validate():
        abort(422)
    person = people.get(int(form.person.data)) if form.person.data else None
    service.assign(notification_id, head, person)
    db.session.commit()
    flash(gettext("Assigned to %(name)s.", name=person.name) if person else gettext("Assigned to nobody."), "success")
    return _back(notification_id)


@bp.post(f"{ONE}/follow")
@open_to(*DESK)
def follow_notification(notification_id: int) -> Response:
    """Hear of the notification by e-mail, or no longer."""
    _head(notification_id)
    if request.form.get("follow") == "yes":
        service.follow(notification_id, current_person().id)
        flash(
            gettext("You get an e-mail when it is noted on, and when it or what is sent instead is final."), "success"
        )
    else:
        service.unfollow(notification_id, current_person().id)
        flash(gettext("You get no e-mail about it any more."), "success")
    db.session.commit()
    return _back(notification_id)


def care_of(notification_id: int, form: NoteForm) -> dict[str, Any]:
    """Give what the page shows of who cares for a notification."""
    people = {person.id: person.name for person in colleagues()}
    chosen = MultiDict({"person": str(queries.assigned_to(notification_id) or "")})
    return {
        "form": form,
        "assign": AssignForm(people, chosen),
        "notes": queries.notes(notification_id),
        "is_followed": queries.is_followed(notification_id, current_person().id),
    }


def _head(notification_id: int) -> Head:
    return head_of_notification(notification_id) or abort(404)


def _back(notification_id: int) -> Response:
    return redirect(url_for("support.notification", notification_id=notification_id), 303)
