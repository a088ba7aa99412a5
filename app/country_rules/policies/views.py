"""The administrators' pages about policies and numeric senders."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.accounts.queries import service_owners
from app.country_rules.policies import queries, service, words
from app.country_rules.policies.forms import NumberForm, PolicyForm, today
from app.country_rules.terms import POLICY_DEFAULT, Outcome, Policy
from app.db import db
from app.prices.countries import country_name
from app.web import menu
from app.web.access import open_to

bp = Blueprint("policies", __name__, url_prefix="/country-policies")

Answer = Response | str | tuple[str, int]


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    menu.add(lazy_gettext("Country policies"), "policies.policies", ["administrator"], 62, menu.Group.COUNTRIES)
    app.register_blueprint(bp)


@bp.get("")
@open_to("administrator")
def policies() -> str:
    """List what is done about each outcome, where an administrator decided otherwise, and the numbers."""
    return render_template(
        "policies/policies.html",
        usual=POLICY_DEFAULT,
        lines=queries.open_policies(),
        ended=queries.ended_policies(),
        numbers=queries.numbers(),
        today=today(),
        words=words,
        country_name=country_name,
    )


@bp.get("/new")
@open_to("administrator")
def new() -> str:
    """Ask what is to be done, with what the address names filled in."""
    named = {name: request.args[name] for name in ("country", "outcome", "policy") if name in request.args}
    return _new_page(PolicyForm(MultiDict(named)))


@bp.post("/new")
@open_to("administrator")
def new_post() -> Answer:
    """Decide it."""
    form = PolicyForm().offer()
    if not (form.validate() and _chosen(form)):
        return _new_page(form), 422
    db.session.commit()
    return _done(gettext("The policy holds from now on."))


def _chosen(form: PolicyForm) -> bool:
    country, reason, until_on = form.country.data or "", form.reason.data or "", form.until_on.data or today()
    outcome, policy = Outcome(form.outcome.data), Policy(form.policy.data)
    try:
        service.choose(country, outcome, policy, reason, until_on, current_person().id)
    except service.PolicyRefused as refused:
        form.policy.errors = (str(refused),)
        return False
    return True


def _new_page(form: PolicyForm) -> str:
    return render_template("policies/new.html", form=form.offer())


@bp.post("/<int:policy_id>/end")
@open_to("administrator")
def end_post(policy_id: int) -> Response:
    """Let the usual hold again."""
    has_ended = service.end(policy_id, current_person().id)
    db.session.commit()
    if not has_ended:
        return _done(gettext("This policy was ended already."), "info")
    return _done(gettext("The policy is ended: the usual one holds again."))


@bp.get("/numbers/new")
@open_to("administrator")
def new_number() -> str:
    """Ask for a number to send from."""
    return _number_page(NumberForm(MultiDict({"country": request.args.get("country", "")})))


@bp.post("/numbers/new")
@open_to("administrator")
def new_number_post() -> Answer:
    """Keep it, in place of the one before."""
    form = NumberForm().offer(list(service_owners()))
    if not (form.validate() and _number_set(form)):
        return _number_page(form), 422
    db.session.commit()
    return _done(gettext("The number is saved."))


def _number_set(form: NumberForm) -> bool:
    country, sender = form.country.data or "", form.sender.data or ""
    owner_id = form.service_owner.data or None
    try:
        service.set_number(country, owner_id, sender, current_person().id, is_two_way=bool(form.is_two_way.data))
    except service.PolicyRefused as refused:
        form.sender.errors = (str(refused),)
        return False
    return True


def _number_page(form: NumberForm) -> str:
    return render_template("policies/new_number.html", form=form.offer(list(service_owners())))


@bp.post("/numbers/<int:number_id>/remove")
@open_to("administrator")
def remove_number_post(number_id: int) -> Response:
    """Take a number away."""
    try:
        was_there = service.remove_number(number_id)
    except service.PolicyRefused as refused:
        return _done(str(refused), "warning")
    db.session.commit()
    if not was_there:
        return _done(gettext("This number was removed already."), "info")
    return _done(gettext("The number is removed."))


def _done(said: str, category: str = "success") -> Response:
    flash(said, category)
    return redirect(url_for("policies.policies"), 303)
