"""Asking for numbers: a form, a dry run that says what would come of it, and the request itself."""

from datetime import date

from flask import Response as FlaskResponse
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.accounts.current import current_person, sends_for
from app.allow_list import requests
from app.allow_list.forms import RequestForm
from app.allow_list.models import Entry
from app.allow_list.refusals import AllowListRefused
from app.allow_list.requests import Asked, Wish
from app.allow_list.views import Answer, bp, entry_or_404, may_send_for, say, to_entry
from app.db import db
from app.web import days, tokens
from app.web.access import open_to
from app.web.forms import to_choose


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get("/request")
@open_to("sender")
def ask() -> str:
    """Ask which numbers are wanted; `?given=` names numbers that another page gave."""
    today = days.today()
    start = {"from_on": today, "until_on": requests.usual_last_day(today), "consent_on": None}
    given = tokens.recall(request.args.get("given", ""), current_person().id)
    return _asked(_offering(RequestForm(data={**start, "numbers": given or ""})))


@bp.get("/<int:entry_id>/request-again")
@open_to("sender")
def ask_again(entry_id: int) -> str:
    """Ask for a number once more, with what was said of it before."""
    before, today = entry_or_404(entry_id), days.today()
    said = {"holder": before.holder, "purpose": before.purpose, "note": before.note, "is_tenor": before.is_tenor}
    consent = {"consent_on": before.consent_on, "consent_how": before.consent_how}
    begins = {"from_on": today, "until_on": requests.usual_last_day(today)}
    known = {"numbers": before.number, "service_owner": before.service_owner_id}
    return _asked(_offering(RequestForm(data={**said, **consent, **begins, **known})))


@bp.post("/request")
@open_to("sender")
def ask_post() -> Answer:
    """Show what would come of it; once that was confirmed, do it."""
    form = _offering(RequestForm())
    if not form.validate():
        return _asked(form), 422
    try:
        asked, wish = _given(form), _wish(form)
        requests.check_days(wish.from_on, wish.until_on)
        return _done(wish, asked) if form.confirmed.data else _dry_run(form, asked)
    except AllowListRefused as refused:
        db.session.rollback()
        form[refused.field or "numbers"].errors = (str(refused),)
        return _asked(form), 422


def _asked(form: RequestForm) -> str:
    return render_template("allow_list/request.html", form=form, most=requests.MOST_AT_ONCE)


def _given(form: RequestForm) -> list[Asked]:
    file = form.file.data
    asked = requests.from_pasted(form.numbers.data or "")
    asked += requests.from_file(file) if file else []
    if not asked:
        raise AllowListRefused(gettext("Write at least one phone number, or choose a file."), "numbers")
    return asked


def _dry_run(form: RequestForm, asked: list[Asked]) -> Answer:
    good = [one for one in asked if one.number]
    if not good and len(asked) == 1:
        raise AllowListRefused(asked[0].refusal, "numbers")
    form.numbers.data = "\n".join(one.number for one in good)
    bad = [one for one in asked if not one.number]
    return render_template("allow_list/dry_run.html", form=form, good=good, bad=bad)


def _done(wish: Wish, asked: list[Asked]) -> Response:
    made, lost = requests.request(wish, asked, current_person().id)
    db.session.commit()
    for one in lost:
        say(f"{one.text}: {one.refusal}", "warning")
    if made:
        words = ngettext("%(num)s number is requested.", "%(num)s numbers are requested.", len(made))
        say(words + " " + gettext("An administrator decides."))
    return _to(made)


def _to(made: list[Entry]) -> Response:
    return to_entry(made[0].id) if len(made) == 1 else redirect(url_for("allow_list.entries"), 303)


def _wish(form: RequestForm) -> Wish:
    owner_id = int(form.service_owner.data)
    if not may_send_for(owner_id):
        abort(403)
    texts = (form.holder.data, form.consent_on.data, form.consent_how.data, form.purpose.data)
    first, last = _day(form.from_on.data), _day(form.until_on.data)
    return Wish(owner_id, *texts, first, last, form.note.data or "", bool(form.is_tenor.data))


def _day(given: date | None) -> date:
    return given or days.today()


def _offering(form: RequestForm) -> RequestForm:
    owners = [SelectChoice(str(owner.id), f"{owner.name} ({owner.short_name})") for owner in sends_for()]
    form.service_owner.choices = to_choose(owners)
    return form


@bp.get("/example.csv")
@open_to("sender")
def example() -> FlaskResponse:
    """Give a file that can be filled and uploaded."""
    body = "\ufeffPhone number\r\n+4791234567\r\n"
    headers = {"Content-Disposition": "attachment; filename=allow-list-example.csv"}
    return FlaskResponse(body, content_type="text/csv; charset=utf-8", headers=headers)
