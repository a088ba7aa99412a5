"""Asking for a registration: from a warning with all filled in, or from nothing."""

from contextlib import suppress

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from app.accounts.current import current_person
from app.accounts.models import ServiceOwner
from app.country_rules.register import standing_register
from app.db import db
from app.messaging.phone_metadata import counted_country
from app.sender_ids import hosts, reading, service, words
from app.sender_ids.fields import BY_NAME
from app.sender_ids.forms import AskForm
from app.sender_ids.models import SenderRegistration
from app.sender_ids.moves import Mover
from app.sender_ids.refusals import RegistrationRefused
from app.sender_ids.values import read
from app.sender_ids.views import THEIRS, Answer, bp, owners_to_ask_for, say
from app.web import tokens
from app.web.access import open_to
from app.web.forms import to_choose


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get("/ask")
@open_to(*THEIRS)
def ask() -> Answer:
    """Ask for which sender ID, where and for whom; `?country=ES&sender=Skatt&service_owner=skd` fills it in.

    Where that registration is there already, and not at its end, lead to it; with `given`, which stands for the hosts
    of an order's links, to where they are asked for.
    """
    given = request.args
    owner = _owner(given.get("service_owner", ""))
    country, sender = counted_country(given.get("country", "").upper()), given.get("sender", "").strip()
    if owner and (row := reading.open_one(owner.id, country, sender)):
        page = "ask_for_hosts" if given.get("given") and hosts.may_be_asked_for(row) else "registration"
        return redirect(url_for(f"sender_ids.{page}", registration_id=row.id, given=given.get("given")))
    known = {"country": country, "sender": sender, "service_owner": owner.id if owner else None}
    known["given"] = given.get("given", "")
    return _page(_offering(AskForm(data=known)))


@bp.post("/ask")
@open_to(*THEIRS)
def ask_post() -> Answer:
    """Begin a draft."""
    form = _offering(AskForm())
    if not form.validate():
        return _page(form), 422
    owner = next(owner for owner in owners_to_ask_for() if owner.id == form.service_owner.data)
    try:
        row = _begun(owner, form)
    except RegistrationRefused as refused:
        db.session.rollback()
        form[refused.field or "sender"].errors = (str(refused),)
        return _page(form, _open_one(form)), 422
    db.session.commit()
    say(gettext("The draft is begun. Fill in what the country asks for, then submit it."))
    return redirect(url_for("sender_ids.edit", registration_id=row.id), 303)


def _begun(owner: ServiceOwner, form: AskForm) -> SenderRegistration:
    person = current_person()
    said = {
        "holder_name": owner.name,
        "holder_country": "NO",
        "contact_name": person.name,
        "contact_email": person.email,
        "providers": ["LINK"],
        "wanted_hosts": _hosts(form.given.data or ""),
    }
    mover = Mover.ADMINISTRATOR if person.is_administrator else Mover.SENDER
    return service.begin(owner, form.country.data, form.sender.data or "", said, frozenset({mover}))


def _hosts(token: str) -> list[str]:
    """The hosts that a token stands for, as far as they can be approved."""
    found: list[str] = []
    for host in (tokens.recall(token, current_person().id) or "").split():
        with suppress(RegistrationRefused):
            found += read(BY_NAME["wanted_hosts"], host)
    return found


def _open_one(form: AskForm) -> SenderRegistration | None:
    """Find what stands in the way, where that is a registration which is not at its end."""
    return reading.open_one(form.service_owner.data, form.country.data, (form.sender.data or "").strip())


def _owner(given: str) -> ServiceOwner | None:
    """Find the service owner that an address names, by its short name or number."""
    return next((owner for owner in owners_to_ask_for() if given in (owner.short_name, str(owner.id))), None)


def _page(form: AskForm, open_one: SenderRegistration | None = None) -> str:
    return render_template("sender_ids/ask.html", form=form, open_one=open_one, words=words)


def _offering(form: AskForm) -> AskForm:
    owners = owners_to_ask_for()
    form.service_owner.choices = to_choose(
        [SelectChoice(str(owner.id), f"{owner.name} ({owner.short_name})") for owner in owners]
    )
    named = sorted((words.named(code), code) for code in standing_register().countries)
    form.country.choices = to_choose([SelectChoice(code, name) for name, code in named])
    return form
