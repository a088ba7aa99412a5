"""The browser's door to a draft's reminders: add one, change it, remove it; and try a condition."""

from flask import abort, render_template, request
from flask_babel import gettext

from app.accounts.current import current_person
from app.conditions import words
from app.conditions.answer import InvalidUrl, check_url
from app.conditions.asking import ask
from app.conditions.pace import MOST as MOST_TRIES
from app.conditions.pace import may_try
from app.conditions.service import rules_here
from app.db import db
from app.messaging.status import Channel
from app.orders.models import Order
from app.orders.reminders import queries, service
from app.orders.reminders.forms import ReminderForm
from app.orders.reminders.models import Reminder
from app.orders.views import Answer, bp, my_draft, say, to_edit
from app.web.access import open_to

_REMINDERS = "/<int:order_id>/reminders"


def add_to_menu() -> None:
    """Reminders are reached from a draft."""


@bp.get(f"{_REMINDERS}/new")
@open_to("sender")
def new_reminder(order_id: int) -> str:
    """Show an empty reminder."""
    draft = my_draft(order_id)
    return _page(draft, ReminderForm.blank(draft), None)


@bp.post(f"{_REMINDERS}/new")
@open_to("sender")
def new_reminder_post(order_id: int) -> Answer:
    """Add a reminder to a draft."""
    draft = my_draft(order_id)
    form = ReminderForm(draft)
    if not form.check():
        return _page(draft, form, None), 422
    try:
        service.add(order_id, form.reminding())
    except service.TooMany:
        say(gettext("An order has at most %(most)s reminders.", most=service.MOST), "warning")
        return to_edit(order_id, "reminders")
    db.session.commit()
    say(gettext("The reminder is added."))
    return to_edit(order_id, "reminders")


@bp.get(f"{_REMINDERS}/<small:no>")
@open_to("sender")
def reminder(order_id: int, no: int) -> str:
    """Show a reminder as it stands."""
    draft = my_draft(order_id)
    found = queries.reminder_of(order_id, no) or abort(404)
    return _page(draft, ReminderForm.of(draft, found), found)


@bp.post(f"{_REMINDERS}/<small:no>")
@open_to("sender")
def reminder_post(order_id: int, no: int) -> Answer:
    """Change a reminder."""
    draft = my_draft(order_id)
    found = queries.reminder_of(order_id, no) or abort(404)
    form = ReminderForm(draft)
    if not form.check():
        return _page(draft, form, found), 422
    service.change(order_id, no, form.reminding())
    db.session.commit()
    say(gettext("The reminder is changed."))
    return to_edit(order_id, "reminders")


@bp.post("/try-condition")
@open_to("sender")
def try_condition() -> Answer:
    """Ask a condition as it is being written, and show the answer; nothing is kept."""
    url = request.form.get("condition_url", "").strip()
    said, color = _tried(url)
    is_part = "HX-Request" in request.headers
    template = "orders/_condition_answer.html" if is_part else "orders/condition_answer.html"
    return render_template(template, said=said, color=color)


def _tried(url: str) -> tuple[str, str]:
    if not url:
        return gettext("Write the address of a condition first."), "warning"
    try:
        check_url(url)
    except InvalidUrl as fault:
        return gettext(fault.words), "danger"
    person_id = current_person().id
    # Asking takes its time, and no transaction waits for it.
    db.session.rollback()
    if not may_try(person_id):
        return gettext("You tried %(most)s times within a minute: wait a little.", most=MOST_TRIES), "warning"
    asked = ask(url, rules_here())
    return words.said(asked), words.color(asked.answer)


def _page(draft: Order, form: ReminderForm, found: Reminder | None) -> str:
    texts = {"has_sms": Channel.SMS in form.channels, "has_email": Channel.EMAIL in form.channels}
    return render_template("orders/reminder.html", draft=draft, form=form, reminder=found, **texts)
