"""My account: a person's own name, password and sessions."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.accounts import passwords, service, throttle
from app.accounts.current import current_person
from app.accounts.forms import ChangePasswordForm, MobileForm, NameForm
from app.accounts.models import Person
from app.accounts.sign_in import begin_session
from app.accounts.views import Answer, bp, takes_password, wait_words
from app.db import db
from app.web.access import signed_in


@bp.get("/me")
@signed_in
def me() -> str:
    """Show who one is, and what one may."""
    return render_template("accounts/me.html", person=current_person())


@bp.get("/me/name")
@signed_in
def my_name() -> str:
    """Ask for another name."""
    return render_template("accounts/my_name.html", form=NameForm(obj=current_person()))


@bp.post("/me/name")
@signed_in
def my_name_post() -> Answer:
    """Change one's name."""
    form = NameForm()
    if not form.validate():
        return render_template("accounts/my_name.html", form=form), 422
    service.rename_person(current_person(), form.name.data or "")
    db.session.commit()
    return _done(gettext("Your name is changed."))


@bp.get("/me/mobile")
@signed_in
def my_mobile() -> str:
    """Ask for one's mobile number."""
    return render_template("accounts/my_mobile.html", form=MobileForm(obj=current_person()))


@bp.post("/me/mobile")
@signed_in
def my_mobile_post() -> Answer:
    """Keep one's mobile number."""
    form = MobileForm()
    if not form.validate():
        return render_template("accounts/my_mobile.html", form=form), 422
    service.change_mobile(current_person(), form.e164())
    db.session.commit()
    return _done(gettext("Your mobile number is saved.") if form.e164() else gettext("Your mobile number is removed."))


@bp.get("/me/password")
@signed_in
def my_password() -> str:
    """Ask for another password."""
    return render_template("accounts/my_password.html", form=ChangePasswordForm())


@bp.post("/me/password")
@signed_in
def my_password_post() -> Answer:
    """Change one's password, which ends all sessions but this one."""
    form, person = ChangePasswordForm(), current_person()
    if not (form.validate() and _proves_itself(person, form) and takes_password(person, form)):
        return render_template("accounts/my_password.html", form=form), 422
    begin_session(person)
    db.session.commit()
    return _done(gettext("Your password is changed, and you are signed out everywhere else."))


def _proves_itself(person: Person, form: ChangePasswordForm) -> bool:
    attempt = throttle.try_of(request, person.email)
    if wait_s := throttle.enter(attempt):
        form.present_password.errors = (wait_words(wait_s),)
        return False
    if not passwords.matches(person.password_hash, form.present_password.data or ""):
        form.present_password.errors = (gettext("This is not your present password."),)
        return False
    throttle.succeed(attempt)
    return True


@bp.get("/me/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> str:
    """Say what signing out everywhere does, and ask."""
    return render_template("accounts/sign_out_everywhere.html")


@bp.post("/me/sign-out-everywhere")
@signed_in
def sign_out_everywhere_post() -> Response:
    """End all of one's sessions, but let this browser begin a new one."""
    person = current_person()
    service.sign_out_everywhere(person)
    begin_session(person)
    db.session.commit()
    return _done(gettext("You are signed out everywhere else."))


def _done(words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("accounts.me"), 303)
