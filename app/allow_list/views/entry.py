"""One number's page: what it is, what was done to it, what it received; and the deeds on it."""

from collections.abc import Callable
from typing import Any

from flask import render_template
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.accounts.current import current_person
from app.accounts.models import Person, ServiceOwner
from app.allow_list import queries, service, verification, words
from app.allow_list.forms import CodeForm, KrrForm, ReasonForm
from app.allow_list.models import Entry, EntryStatus, KrrStatus
from app.allow_list.refusals import AllowListRefused
from app.allow_list.views import ENTRY, THEIRS, Answer, bp, entry_or_404, locked_or_404, may_send_for, say, to_entry
from app.db import db, utcnow
from app.messaging.status import Status
from app.web.access import open_to
from app.web.formats import oslo_day


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get(ENTRY)
@open_to(*THEIRS)
def entry(entry_id: int) -> str:
    """Show a number."""
    return _page(entry_or_404(entry_id), ReasonForm(), CodeForm())


@bp.post(f"{ENTRY}/approve")
@open_to("administrator")
def approve_post(entry_id: int) -> Answer:
    """Let it get real SMS."""
    return _do(entry_id, lambda found: service.approve(found, current_person()), gettext("The number is active."))


@bp.post(f"{ENTRY}/reject")
@open_to("administrator")
def reject_post(entry_id: int) -> Answer:
    """Turn the request down."""
    reason = ReasonForm()
    if not reason.validate():
        return _page(entry_or_404(entry_id), reason, CodeForm()), 422
    return _do(
        entry_id,
        lambda found: service.reject(found, current_person(), reason.reason.data or ""),
        gettext("The request is rejected."),
    )


@bp.post(f"{ENTRY}/revoke")
@open_to(*THEIRS)
def revoke_post(entry_id: int) -> Answer:
    """Let it get no more real SMS, from the next hand-over on."""
    reason = ReasonForm()
    if not reason.validate():
        return _page(entry_or_404(entry_id), reason, CodeForm()), 422
    said = gettext("The number is revoked. The next SMS to it goes to the simulator.")
    return _do(entry_id, lambda found: service.revoke(found, reason.reason.data or ""), said)


@bp.post(f"{ENTRY}/renew")
@open_to(*THEIRS)
def renew_post(entry_id: int) -> Answer:
    """Let it go on."""
    found = locked_or_404(entry_id)
    try:
        last_day = service.renew(found)
    except AllowListRefused as refused:
        db.session.rollback()
        say(str(refused), "warning")
        return to_entry(entry_id)
    db.session.commit()
    say(gettext("The number is active until %(day)s.", day=oslo_day(last_day)))
    return to_entry(entry_id)


@bp.post(f"{ENTRY}/code")
@open_to(*THEIRS)
def code_post(entry_id: int) -> Answer:
    """Have a code sent to the phone."""
    said = gettext("A code is on its way by SMS. It holds for five minutes.")
    return _do(entry_id, lambda found: verification.ask(found, current_person().id), said)


@bp.post(f"{ENTRY}/verify")
@open_to(*THEIRS)
def verify_post(entry_id: int) -> Answer:
    """Take the code that came."""
    found, code = locked_or_404(entry_id), CodeForm()
    if not code.validate():
        return _page(found, ReasonForm(), code), 422
    try:
        verification.enter(found, code.code.data or "")
    except AllowListRefused as refused:
        # A wrong try counts, so it is kept.
        db.session.commit()
        code.code.errors = (str(refused),)
        return _page(entry_or_404(entry_id), ReasonForm(), code), 422
    db.session.commit()
    say(gettext("The number is verified."))
    return to_entry(entry_id)


@bp.post(f"{ENTRY}/krr")
@open_to(*THEIRS)
def krr_post(entry_id: int) -> Answer:
    """Keep what is known of KRR."""
    found, form = locked_or_404(entry_id), _krr_form()
    if not form.validate():
        return _page(found, ReasonForm(), CodeForm(), form), 422
    status = KrrStatus(int(form.krr_status.data))
    if status is KrrStatus.ASKED and not form.krr_asked_on.data:
        form.krr_asked_on.errors = (gettext("Say when it was asked for."),)
        return _page(found, ReasonForm(), CodeForm(), form), 422
    service.set_krr(found, is_tenor=bool(form.is_tenor.data), status=status, asked_on=form.krr_asked_on.data)
    db.session.commit()
    say(gettext("What is known of KRR is saved."))
    return to_entry(entry_id)


def _do(entry_id: int, deed: Callable[[Entry], None], said: str) -> Response:
    found = locked_or_404(entry_id)
    try:
        deed(found)
    except AllowListRefused as refused:
        db.session.rollback()
        say(str(refused), "warning")
        return to_entry(entry_id)
    db.session.commit()
    say(said)
    return to_entry(entry_id)


def _krr_form(found: Entry | None = None) -> KrrForm:
    form = KrrForm(obj=found) if found else KrrForm()
    form.krr_status.choices = [SelectChoice(str(int(status)), str(word)) for status, word in words.KRR.items()]
    return form


def _page(found: Entry, reason: ReasonForm, code: CodeForm, krr: KrrForm | None = None) -> str:
    return render_template(
        "allow_list/entry.html", **_context(found), reason=reason, code=code, krr=krr or _krr_form(found)
    )


def _context(found: Entry) -> dict[str, Any]:
    numbers, sent = queries.received(found.number)
    same = queries.entries_of(found.number)
    last_code = queries.last_code(found.id)
    people = {one: db.session.get(Person, one) for one in (found.requested_by_id, found.decided_by_id) if one}
    return {
        "entry": found,
        "standing": queries.standing(found),
        "owner": db.session.get_one(ServiceOwner, found.service_owner_id),
        "people": people,
        "others": [(one, queries.standing(one)) for one in same if one.id != found.id],
        "history": queries.history([one.id for one in same]),
        "received": numbers,
        "sent": sent,
        "last_real_at": db.session.scalar(queries.last_real(found.number)),
        "last_code": last_code,
        "code_holds": _holds(last_code),
        "may_ask_again": may_send_for(found.service_owner_id),
        "words": words,
        "EntryStatus": EntryStatus,
        "KrrStatus": KrrStatus,
        "Status": Status,
    }


def _holds(code: Any) -> bool:
    """Whether a code is on its way or can still be entered."""
    if code is None or code.used_at or code.tries >= verification.MOST_TRIES or code.answer:
        return False
    return bool((code.sent_at or code.asked_at) + verification.LASTS > utcnow())
