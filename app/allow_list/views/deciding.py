"""What administrators do to many: approve or reject what was asked for, and set the caps."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.accounts.queries import service_owners
from app.allow_list import queries, service, words
from app.allow_list.forms import ReasonForm, cap_field
from app.allow_list.views import Answer, bp, say
from app.db import db
from app.web.access import open_to
from app.web.forms import Form
from app.web.ids import ids_named


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get("/requests")
@open_to("administrator")
def waiting() -> str:
    """List what was asked for, to decide one or many."""
    return _waiting(ReasonForm())


@bp.post("/requests")
@open_to("administrator")
def decide() -> Answer:
    """Approve or reject those that were chosen."""
    form, chosen = ReasonForm(), ids_named(request.form.getlist("entry"))
    is_rejecting = request.form.get("deed") == "reject"
    if not _may_be_done(form, chosen, is_rejecting=is_rejecting):
        return _waiting(form, chosen), 422
    person = current_person()
    if is_rejecting:
        decided = service.reject_many(chosen, person, form.reason.data)
        done = ngettext("%(num)s number is rejected.", "%(num)s numbers are rejected.", decided.count)
    else:
        decided = service.approve_many(chosen, person)
        done = ngettext("%(num)s number is active.", "%(num)s numbers are active.", decided.count)
    db.session.commit()
    return _told(done, decided)


def _may_be_done(form: ReasonForm, chosen: list[int], *, is_rejecting: bool) -> bool:
    form.validate()
    if is_rejecting and not form.reason.data:
        form.reason.errors = (gettext("Give a reason for rejecting."),)
    if not chosen:
        form.form_errors.append(gettext("Choose at least one number."))
    return not form.errors


def _told(done: str, decided: service.Decided) -> Response:
    say(done, "success" if decided.count else "info")
    for refusal in sorted(set(decided.refused.values())):
        number = sum(one == refusal for one in decided.refused.values())
        left = ngettext("%(num)s number stays requested:", "%(num)s numbers stay requested:", number)
        say(f"{left} {refusal}", "warning")
    return redirect(url_for("allow_list.waiting"), 303)


def _waiting(form: ReasonForm, chosen: list[int] | None = None) -> str:
    return render_template(
        "allow_list/waiting.html",
        form=form,
        lines=queries.requested(),
        chosen=chosen or [],
        words=words,
        most=queries.MOST_DECIDED,
    )


@bp.get("/caps")
@open_to("administrator")
def caps() -> str:
    """Show how many numbers may be active."""
    return _caps_page(_caps_form())


@bp.post("/caps")
@open_to("administrator")
def caps_post() -> Answer:
    """Change the caps."""
    form = _caps_form()
    if not form.validate():
        return _caps_page(form), 422
    owners = {owner.id: int(form[f"owner_{owner.id}"].data) for owner in service_owners()}
    service.change_caps(int(form["whole"].data), owners)
    db.session.commit()
    say(gettext("The caps are saved."))
    return redirect(url_for("allow_list.entries"), 303)


def _caps_form() -> Form:
    """A field for the installation and one for each service owner, which are only known now."""
    known, owners = queries.caps(), service_owners()
    fields = {f"owner_{owner.id}": cap_field(f"{owner.name} ({owner.short_name})") for owner in owners}
    kind = type("CapsForm", (Form,), {"whole": cap_field(gettext("The whole installation")), **fields})
    data = {"whole": known.whole, **{f"owner_{owner.id}": known.of(owner.id) for owner in owners}}
    form: Form = kind(data=data)
    return form


def _caps_page(form: Form) -> str:
    active = queries.active_per_service_owner()
    return render_template("allow_list/caps.html", form=form, owners=service_owners(), active=active)
