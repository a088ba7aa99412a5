"""Hosts on a registration that has been handed in: asking for them, and an administrator's answer."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from app.accounts.current import current_person
from app.db import db
from app.sender_ids import hosts, words
from app.sender_ids.fields import BY_NAME
from app.sender_ids.forms import AnswerForm, HostsForm
from app.sender_ids.models import SenderRegistration
from app.sender_ids.moves import Mover
from app.sender_ids.refusals import RegistrationRefused
from app.sender_ids.values import read
from app.sender_ids.views import (
    ONE,
    THEIRS,
    Answer,
    bp,
    locked_or_404,
    movers_of,
    registration_or_404,
    say,
    to_registration,
)
from app.web import tokens
from app.web.access import open_to


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get(f"{ONE}/hosts")
@open_to(*THEIRS)
def ask_for_hosts(registration_id: int) -> Answer:
    """Ask which hosts are wanted; `?given=` stands for those of an order's links, which no address may name."""
    row = registration_or_404(registration_id)
    if not hosts.may_be_asked_for(row):
        return to_registration(registration_id)
    given = tokens.recall(request.args.get("given", ""), current_person().id)
    return _page(row, HostsForm(formdata=None, data={"hosts": given or ""}), _answer_form(row))


@bp.post(f"{ONE}/hosts")
@open_to(*THEIRS)
def ask_for_hosts_post(registration_id: int) -> Answer:
    """Let them wait for an administrator."""
    row, form = locked_or_404(registration_id), HostsForm()
    if not form.validate():
        return _page(row, form, _answer_form(row)), 422
    try:
        hosts.ask(row, read(BY_NAME["wanted_hosts"], form.hosts.data))
    except RegistrationRefused as refused:
        db.session.rollback()
        form.hosts.errors = (str(refused),)
        row = registration_or_404(registration_id)
        return _page(row, form, _answer_form(row)), 422
    db.session.commit()
    say(gettext("An administrator is asked to have them approved, and you are told by e-mail what comes of it."))
    return to_registration(registration_id)


@bp.post(f"{ONE}/hosts/answer")
@open_to("administrator")
def answer_hosts_post(registration_id: int) -> Answer:
    """Approve what is waiting, or say why not; if it is still what was shown."""
    row, form = locked_or_404(registration_id), AnswerForm()
    if form.revision.data != str(row.revision):
        db.session.rollback()
        say(gettext("Somebody has changed the registration meanwhile: look at it once more."), "warning")
        return redirect(url_for("sender_ids.ask_for_hosts", registration_id=registration_id), 303)
    if not form.validate():
        return _page(row, HostsForm(formdata=None), form), 422
    try:
        said = _answered(row, form.reason.data or "")
    except RegistrationRefused as refused:
        db.session.rollback()
        form.reason.errors = (str(refused),)
        return _page(registration_or_404(registration_id), HostsForm(formdata=None), form), 422
    db.session.commit()
    say(said)
    return to_registration(registration_id)


def _answered(row: SenderRegistration, reason: str) -> str:
    if request.form.get("deed") == "approve":
        return gettext("Approved: %(hosts)s.", hosts=", ".join(hosts.approve(row)))
    return gettext("Not approved: %(hosts)s.", hosts=", ".join(hosts.decline(row, reason)))


def _answer_form(row: SenderRegistration) -> AnswerForm:
    return AnswerForm(formdata=None, data={"revision": str(row.revision)})


def _page(row: SenderRegistration, form: HostsForm, answer: AnswerForm) -> str:
    is_answered = Mover.ADMINISTRATOR in movers_of(row)
    waiting = hosts.waiting(row)
    return render_template(
        "sender_ids/hosts.html", row=row, form=form, answer=answer, waiting=waiting, is_carried=is_answered, words=words
    )
