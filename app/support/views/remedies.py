"""Remedies: choose one, read what it will do, confirm it; follow it, stop it; ask an administrator."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.current import current_person, is_covered
from app.country_rules.policies import words as policies
from app.db import db, utcnow
from app.messaging.status import Channel
from app.orders.views.remedies import registering_url
from app.prices.countries import country_name
from app.support.failures import queries as failures
from app.support.failures import words as group_words
from app.support.failures.queries import Group
from app.support.remedies import queries, service, words
from app.support.remedies.effect import Effect, Plan, effect
from app.support.remedies.forms import MOST_CHOSEN, OFFERED, RemedyForm, TakeBackForm
from app.support.remedies.models import LineOutcome, RemedyKind, RemedyStatus
from app.support.telling import LEAVE_OUT, holds_personal_data
from app.support.views import DESK, bp
from app.web import live
from app.web.access import open_to
from app.web.ids import id_named
from app.web.paging import page_args

NEW = "/failures/<int:group_id>/remedy"
ONE = "/remedies/<int:remedy_id>"

Answer = Response | str | tuple[str, int]


@bp.get(NEW)
@open_to(*DESK)
def new_remedy(group_id: int) -> str:
    """Ask what is to be done, to all or to those that are chosen; `?single=` names one notification."""
    group = _group(group_id)
    single = request.args.get("single", "")
    one_id = id_named(single)
    is_one = one_id is not None and failures.group_of(one_id) == group.id
    looks_on = "before" in request.args or "after" in request.args
    given = {"which": "some", "chosen": single} if is_one else {"which": "some" if looks_on else "all"}
    return _choose(group, _form(group, MultiDict(given), one=is_one))


@bp.post(NEW)
@open_to(*DESK)
def begin_remedy(group_id: int) -> Answer:
    """Say what the remedy will do; once that was confirmed, begin it."""
    group = _group(group_id)
    form = _form(group, _posted(), one=bool(request.form.get("one")))
    if not form.validate():
        return _choose(group, form), 422
    found = _effect(group, form)
    if not found.count:
        flash(gettext("Nothing of that is left: somebody has resolved it."), "info")
        return redirect(url_for("support.failures_of", group_id=group_id), 303)
    if not request.form.get("confirmed"):
        return _confirm(group, form, found)
    return _begun(group, form, found.count)


@bp.get("/remedies")
@open_to(*DESK)
def remedies() -> str:
    """List what was done, the latest first."""
    page = queries.remedies(page_args())
    groups = failures.groups_by_id({remedy.group_id for remedy, _ in page.rows})
    said = {"groups": groups, "group_words": group_words, "words": words, "RemedyKind": RemedyKind}
    return render_template("support/remedies.html", page=page, **said)


@bp.get(ONE)
@open_to(*DESK)
def remedy(remedy_id: int) -> Response:
    """Show how far a remedy has come; it refreshes by itself until it has ended."""
    return _remedy_page(remedy_id, TakeBackForm())


def _remedy_page(remedy_id: int, form: TakeBackForm) -> Response:
    found, person = queries.remedy(remedy_id) or abort(404)
    outcomes = queries.outcomes(remedy_id)
    return live.respond_part_or_page(
        "support/remedy.html",
        "support/_remedy_part.html",
        f"{found.status}:{sorted(outcomes.items())}",
        finished=found.status != RemedyStatus.OPEN,
        remedy=found,
        person=person,
        group=failures.group(found.group_id),
        outcomes=outcomes,
        done=outcomes.total(),
        kind=words.KINDS[RemedyKind(found.kind)],
        standing=words.STATUSES[RemedyStatus(found.status)],
        is_open=found.status == RemedyStatus.OPEN,
        closed=outcomes[LineOutcome.CLOSED],
        form=form,
        RemedyStatus=RemedyStatus,
        words=words,
        group_words=group_words,
    )


@bp.post(f"{ONE}/stop")
@open_to(*DESK)
def stop_remedy(remedy_id: int) -> Response:
    """Let a remedy go no further; what it has done stays done."""
    if service.stop(remedy_id):
        flash(gettext("The remedy is stopped. What was done so far stays done."), "success")
    else:
        flash(gettext("The remedy had ended already."), "info")
    db.session.commit()
    return redirect(url_for("support.remedy", remedy_id=remedy_id), 303)


@bp.post(f"{ONE}/take-back")
@open_to(*DESK)
def take_remedy_back(remedy_id: int) -> Response:
    """Put back among the failures what a closing closed."""
    closing, _ = queries.remedy(remedy_id) or abort(404)
    form = TakeBackForm()
    if closing.kind != RemedyKind.CLOSE or closing.status == RemedyStatus.OPEN:
        abort(404)
    if not form.validate():
        page = _remedy_page(remedy_id, form)
        page.status_code = 422
        return page
    begun_id = service.take_back(closing, _group(closing.group_id), current_person().id, form.reason.data or "").id
    db.session.commit()
    return redirect(url_for("support.remedy", remedy_id=begun_id), 303)


@bp.post("/failures/<int:group_id>/ask")
@open_to(*DESK)
def ask_administrators(group_id: int) -> Response:
    """Ask the administrators for a registration of the sender ID in the country."""
    group, reason = _group(group_id), (request.form.get("reason") or "").strip()[:500]
    if not group_words.is_for_a_country(group):
        abort(404)
    if not reason or holds_personal_data(reason):
        flash(str(LEAVE_OUT) if reason else gettext("Say why."), "danger")
        return redirect(url_for("support.failures_of", group_id=group_id), 303)
    where = registering_url(group.service_owner_id, group.sender, group.country)
    service.ask_for_registration(group, current_person(), reason, where)
    db.session.commit()
    flash(gettext("The administrators are asked."), "success")
    return redirect(url_for("support.failures_of", group_id=group_id), 303)


def _group(group_id: int) -> Group:
    return failures.group(group_id) or abort(404)


def _posted() -> MultiDict[str, str]:
    """The form as it was posted; each tick of the table is one of the chosen."""
    posted = MultiDict(request.form)
    if ticks := request.form.getlist("tick"):
        posted["chosen"] = ",".join(ticks[:MOST_CHOSEN])
    return posted


def _form(group: Group, data: MultiDict[str, str], *, one: bool) -> RemedyForm:
    return RemedyForm(service.channel_of_group(group), data, one=one)


def _effect(group: Group, form: RemedyForm) -> Effect:
    asked = form.asked()
    plan = Plan(asked.kind, asked.ids, asked.send_at or utcnow(), asked.sender, form.goes_to())
    return effect(group, service.channel_of_group(group), plan)


def _begun(group: Group, form: RemedyForm, total: int) -> Response:
    person_id, asked = current_person().id, form.asked()
    if asked.kind is RemedyKind.CORRECT:
        return _corrected(group, form)
    remedy_id = service.begin(group, person_id, asked, total).id
    db.session.commit()
    return redirect(url_for("support.remedy", remedy_id=remedy_id), 303)


def _corrected(group: Group, form: RemedyForm) -> Response:
    try:
        new_id = service.correct(group, current_person().id, form.asked(), form.address.data)
    except service.NoFailure:
        db.session.rollback()
        flash(gettext("Nothing of that is left: somebody has resolved it."), "info")
        return redirect(url_for("support.failures_of", group_id=group.id), 303)
    db.session.commit()
    flash(gettext("It is sent to the other address."), "success")
    return redirect(url_for("support.notification", notification_id=new_id), 303)


def _choose(group: Group, form: RemedyForm) -> str:
    is_one = len(form.kind.choices) > len(OFFERED)
    page = failures.lines(group.id, page_args())
    shown: dict[str, Any] = {"page": page, "is_one": is_one, "chosen": form.chosen_ids()}
    return render_template("support/new_remedy.html", form=form, is_covered=is_covered, **shown, **_said(group))


def _confirm(group: Group, form: RemedyForm, found: Effect) -> str:
    kind = form.wanted
    kept: Sequence[tuple[str, str]] = [
        (name, value)
        for name, value in request.form.items()
        if name not in ("csrf_token", "tick", "chosen", "with_expired", "with_blocked", "confirmed")
    ]
    return render_template(
        "support/confirm_remedy.html",
        form=form,
        effect=found,
        kept=[*kept, ("chosen", form.chosen.data or "")],
        kind=words.KINDS[kind],
        sends=kind is not RemedyKind.CLOSE,
        moves=kind is RemedyKind.MOVE,
        is_measured_anew=service.channel_of_group(group) is Channel.EMAIL,
        may_block=kind is RemedyKind.RESEND,
        at=form.at(),
        policies=policies,
        **_said(group),
    )


def _said(group: Group) -> dict[str, Any]:
    is_sms = service.channel_of_group(group) is Channel.SMS
    others = [(one.id, person) for one, person in queries.last_on(group.id) if one.status == RemedyStatus.OPEN]
    about = {"words": group_words, "country_name": country_name, "is_sms": is_sms}
    return {"group": group, "under_way": others, **about}
