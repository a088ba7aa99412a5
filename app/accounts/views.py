"""The front door: signing in and out, the first page, and choosing a password by a link."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.accounts import passwords, service, throttle
from app.accounts import sign_in as signing
from app.accounts.forms import NewPasswordForm, SignInForm
from app.accounts.models import Person
from app.accounts.password_links import person_of
from app.db import db
from app.web import menu
from app.web.access import public, safe_next, signed_in
from app.web.person import at_desk

bp = Blueprint("accounts", __name__)

Answer = Response | str | tuple[str, int]


@bp.get("/")
@signed_in
def front() -> Response:
    """Lead a person to the first line of the menu, or, without any, to their own page."""
    first = next(iter(menu.menu().lines), None)
    return redirect(first.url if first else url_for("accounts.me"))


@bp.get("/sign-in")
@public
def sign_in() -> Answer:
    """Ask who is there."""
    if at_desk().is_authenticated:
        return redirect(url_for("accounts.front"))
    return render_template("accounts/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@public
def sign_in_post() -> Answer:
    """Sign a person in and lead them to where they were going."""
    form = SignInForm()
    if not form.validate():
        return _ask_again(form, 422)
    outcome = signing.sign_in(request, form.email.data or "", form.password.data or "")
    if outcome.person is None:
        form.form_errors.append(_refusal(outcome.wait_s))
        return _ask_again(form, 429 if outcome.wait_s else 422)
    db.session.commit()
    answer = redirect(safe_next(request.args.get("next")) or url_for("accounts.front"), 303)
    throttle.remember_browser(answer, form.email.data or "")
    return answer


def _ask_again(form: SignInForm, code: int) -> tuple[str, int]:
    return render_template("accounts/sign_in.html", form=form), code


def _refusal(wait_s: int) -> str:
    if wait_s:
        return wait_words(wait_s)
    return gettext("The e-mail address or the password is wrong, or the person is disabled.")


def wait_words(wait_s: int) -> str:
    """Say when somebody who tried too often may try again."""
    return gettext("There have been too many tries. Try again in %(time)s.", time=_duration(wait_s))


def _duration(seconds: int) -> str:
    if seconds <= 90:
        return ngettext("%(num)s second", "%(num)s seconds", seconds)
    return ngettext("%(num)s minute", "%(num)s minutes", -(-seconds // 60))


@bp.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End this session."""
    signing.end_session()
    flash(gettext("You have signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/choose-password/<token>")
@public
def choose_password(token: str) -> Answer:
    """Show the form behind a password link; opening it spends nothing, so that a scanner of links does no harm."""
    if person_of(token) is None:
        return _spent()
    return render_template("accounts/choose_password.html", form=NewPasswordForm(), token=token)


@bp.post("/choose-password/<token>")
@public
def choose_password_post(token: str) -> Answer:
    """Give the person the password that they chose, and spend the link."""
    person, form = person_of(token, to_spend=True), NewPasswordForm()
    if person is None:
        return _spent()
    if not (form.validate() and takes_password(person, form)):
        return render_template("accounts/choose_password.html", form=form, token=token), 422
    db.session.commit()
    flash(gettext("Your password is set. Sign in with it."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


def takes_password(person: Person, form: NewPasswordForm) -> bool:
    """Set the person's password to the one in the form; where it is refused, say so in the form and give False."""
    try:
        service.set_password(person, form.password.data or "", by_id=person.id)
    except passwords.WeakPassword as error:
        form.password.errors = (str(error),)
        return False
    return True


def _spent() -> tuple[str, int]:
    return render_template("accounts/link_spent.html"), 410
