"""Rules of our own: add, change and end one, try it before it is saved, and read how it came to be."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.country_rules.countries import saying, what_if, words
from app.country_rules.countries.forms import OwnRuleForm, ReasonForm, WhatIfForm
from app.country_rules.countries.listing import today_of
from app.country_rules.countries.saying import Difference, differences
from app.country_rules.countries.views import COUNTRY, EVERYBODY, Answer, bp, require_country
from app.country_rules.in_force import register_in_force, register_with
from app.country_rules.own import rule_id
from app.country_rules.upkeep import queries, service
from app.country_rules.upkeep.models import OwnRule, OwnRuleVersion
from app.country_rules.upkeep.service import RuleMoved
from app.country_rules.upkeep.stored import own_of
from app.db import db, utcnow
from app.prices.countries import country_name
from app.web.access import open_to
from app.web.forms import FieldError, Form
from app.web.ids import id_named

OWN_RULE = f"{COUNTRY}/own-rules/<int:own_rule_id>"


def open_pages() -> None:
    """The pages are open once this module is imported."""


@dataclass(frozen=True, slots=True)
class Forms:
    """What stands on the page of one rule: the rule, why, and an SMS to try it on."""

    rule: OwnRuleForm
    why: ReasonForm
    what_if: WhatIfForm

    @property
    def errors(self) -> dict[str, Any]:
        """All errors by field."""
        return {**self.rule.errors, **self.why.errors, **self.what_if.errors}

    def errors_in_order(self) -> list[FieldError]:
        """All errors in the order of the page."""
        return [error for form in (self.rule, self.why, self.what_if) for error in form.errors_in_order()]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else made of a rule since it was read."""

    latest: OwnRuleVersion
    author: str
    differences: list[Difference]


@bp.get(f"{COUNTRY}/own-rules/new")
@open_to("administrator")
def new_rule(code: str) -> str:
    """Ask what the rule says; `?above=` begins with a rule of the file."""
    require_country(register_in_force(), code)
    data = saying.beginning(code, request.args.get("above"), today_of(utcnow()))
    return _page(code, None, _blank(code, data))


@bp.post(f"{COUNTRY}/own-rules/new")
@open_to("administrator")
def new_rule_post(code: str) -> Answer:
    """Try the rule, or add it."""
    require_country(register_in_force(), code)
    forms = _typed(code)
    if _is_try():
        return _tried(code, None, forms)
    if not _all_valid(forms.rule, forms.why):
        return _page(code, None, forms), 422
    own_rule = service.add(code, saying.said_in(forms.rule), forms.why.reason.data or "", current_person().id)
    db.session.commit()
    flash(gettext("The rule is added, and holds within its dates from now on."), "success")
    return _to(own_rule)


@bp.get(OWN_RULE)
@open_to(*EVERYBODY)
def own_rule(code: str, own_rule_id: int) -> str:
    """Show what an own rule says, and each of its versions."""
    return _history(_found(code, own_rule_id), ReasonForm(formdata=None))


@bp.get(f"{OWN_RULE}/change")
@open_to("administrator")
def change_rule(code: str, own_rule_id: int) -> str:
    """Ask what it should say from now on."""
    found = _found(code, own_rule_id)
    return _page(code, found, _blank(code, saying.version_as_typed(service.latest(found))))


@bp.post(f"{OWN_RULE}/change")
@open_to("administrator")
def change_rule_post(code: str, own_rule_id: int) -> Answer:
    """Try the change, or make it, if the rule is still what was shown."""
    found, forms = _found(code, own_rule_id), _typed(code)
    if _is_try():
        return _tried(code, found, forms)
    if not _all_valid(forms.rule, forms.why):
        return _page(code, found, forms), 422
    seen, said = _seen(forms.why), saying.said_in(forms.rule)
    try:
        service.change(found, said, forms.why.reason.data or "", current_person().id, seen)
    except RuleMoved:
        db.session.rollback()
        return _page(code, found, forms, moved=_meanwhile(found, seen, forms.why)), 422
    db.session.commit()
    flash(gettext("The rule is changed. What it said before is kept."), "success")
    return _to(found)


@bp.post(f"{OWN_RULE}/end")
@open_to("administrator")
def end_rule_post(code: str, own_rule_id: int) -> Answer:
    """Let it count no more, if it is still what was shown."""
    found, form = _found(code, own_rule_id), ReasonForm()
    if not form.validate():
        return _history(found, form), 422
    seen = _seen(form)
    try:
        service.end(found, form.reason.data or "", current_person().id, seen)
    except RuleMoved:
        db.session.rollback()
        return _history(found, form, _meanwhile(found, seen, form)), 422
    db.session.commit()
    flash(gettext("The rule is ended: it counts no more. What it said is kept."), "success")
    return _to(found)


def _is_try() -> bool:
    return request.form.get("deed") == "try"


def _tried(code: str, found: OwnRule | None, forms: Forms) -> Answer:
    if not _all_valid(forms.rule, forms.what_if):
        return _page(code, found, forms), 422
    its_id = found.id if found else None
    with_it = register_with(code, saying.said_in(forms.rule), its_id)
    before = what_if.answer(forms.what_if, code, register_in_force())
    after = what_if.answer(forms.what_if, code, with_it)
    return _page(code, found, forms, answers=(before, after, rule_id(code, its_id or 0)))


def _all_valid(*forms: Form) -> bool:
    """Validate each, so that every error is told at once."""
    valid = [form.validate() for form in forms]
    return all(valid)


def _blank(code: str, data: dict[str, Any]) -> Forms:
    rule = OwnRuleForm(formdata=None, data=data).offer(saying.of_the_file(code))
    why = ReasonForm(formdata=None, data={"seen": data.get("seen", "")})
    return Forms(rule, why, what_if.blank(today_of(utcnow())))


def _typed(code: str) -> Forms:
    return Forms(OwnRuleForm().offer(saying.of_the_file(code)), ReasonForm(), what_if.offering(WhatIfForm()))


def _found(code: str, own_rule_id: int) -> OwnRule:
    return queries.own_rule(code, own_rule_id) or abort(404)


def _seen(form: ReasonForm) -> int:
    return id_named(form.seen.data) or 0


def _meanwhile(found: OwnRule, seen: int, form: ReasonForm) -> Meanwhile:
    """Tell what others made of the rule; that is seen then, so that saving again is a choice."""
    listed = queries.versions_of(found.id)
    latest, author = listed[0]
    read = next((version for version, _ in listed if version.id == seen), listed[-1][0])
    form.seen.data = str(latest.id)
    return Meanwhile(latest, author, differences(read, latest))


def _page(code: str, found: OwnRule | None, forms: Forms, moved: Meanwhile | None = None, answers: Any = None) -> str:
    values = {"code": code, "name": country_name(code), "words": words, "form": forms}
    return render_template("countries/edit_rule.html", **values, own_rule=found, moved=moved, answers=answers)


def _history(found: OwnRule, form: ReasonForm, moved: Meanwhile | None = None) -> str:
    listed = queries.versions_of(found.id)
    steps = [differences(before, after) for (after, _), (before, _) in pairwise(listed)]
    latest = listed[0][0]
    form.seen.data = form.seen.data or str(latest.id)
    return render_template(
        "countries/own_rule.html",
        code=found.country,
        name=country_name(found.country),
        own_rule=found,
        own=own_of(found.country, latest),
        latest=latest,
        versions=list(zip(listed, [*steps, []], strict=True)),
        form=form,
        moved=moved,
        words=words,
    )


def _to(own_rule: OwnRule) -> Response:
    return redirect(url_for("countries.own_rule", code=own_rule.country, own_rule_id=own_rule.id), 303)
