"""Signing in and out: how the session comes to stand for a person."""

from dataclasses import dataclass

from flask import Flask, Request, session
from flask_login import AnonymousUserMixin, LoginManager, login_user, logout_user
from werkzeug.wrappers import Response

from app.accounts import passwords, queries, service, sessions, throttle
from app.accounts.models import Person


class _Stranger(AnonymousUserMixin):
    """Whoever has not signed in."""

    name = ""

    def has_role(self, _role: str) -> bool:
        """Strangers have no role."""
        return False


class _SignIns(LoginManager):
    """flask-login without its remember-me cookie, which would read the session of every request, static files too."""

    def __init__(self) -> None:
        LoginManager.__init__(self)

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try to sign in: a person, or nobody and perhaps how many seconds to wait before the next."""

    person: Person | None
    wait_s: int = 0


def sign_in(request: Request, email: str, password: str) -> Outcome:
    """Sign somebody in under a new session id; wrong password, unknown address and disabled person look the same."""
    attempt = throttle.try_of(request, email)
    if wait_s := throttle.enter(attempt):
        return Outcome(None, wait_s)
    person = _proven(email, password)
    if person is None:
        return Outcome(None)
    throttle.succeed(attempt)
    service.note_sign_in(person, password)
    begin_session(person)
    return Outcome(person)


def _proven(email: str, password: str) -> Person | None:
    person = queries.person_by_email(email)
    if not passwords.matches(person.password_hash if person else None, password):
        return None
    return person if person and person.disabled_at is None else None


def begin_session(person: Person) -> None:
    """Let a fresh session stand for the person; what the old one held is gone."""
    sessions.rotate()
    login_user(person)


def end_session() -> None:
    """Let nobody be signed in, and forget the session."""
    logout_user()
    sessions.rotate()
    session.clear()


def install(app: Flask) -> None:
    """Tell flask-login how to find the person of a session."""
    app.config["SESSION_PROTECTION"] = None
    manager: LoginManager = _SignIns()
    manager.anonymous_user = _Stranger
    manager.user_loader(queries.person_of_session)
    manager.init_app(app)
