"""A draft is saved while it is typed, and two persons in one draft are told of each other."""

from flask import Response, abort, make_response, render_template, url_for
from flask_babel import gettext

from app.accounts.current import current_person, sends_for
from app.db import db, utcnow
from app.orders import intake, queries, service
from app.orders.editing import presence, saving
from app.orders.forms import OrderForm
from app.orders.models import Order
from app.orders.views import bp, my_order
from app.orders.views.compose import owners_of, refuse_other_channel, typed_in
from app.web.access import open_to
from app.web.formats import oslo_clock


@bp.post("/new/autosave")
@open_to("sender")
def autosave_new() -> Response:
    """Make a draft of what is typed on the page of a new order, or save it again."""
    form = OrderForm(sends_for() or abort(403))
    person_id = current_person().id
    if begun := saving.begun_with(form.key, person_id):
        return autosave(begun.id)
    if form.key is None or not form.check(wants_check=False, has_recipients=False):
        return _refused(form)
    draft = service.create_draft(form.service_owner_id.data, person_id, form.content(), form.key)
    intake.paste(draft.id, form.pasted.data or "")
    saving.begin(draft, saving.standing_of(form), person_id)
    answer = _answer(form, draft)
    answer.headers["X-Varsel-Address"] = url_for("orders.edit", order_id=draft.id)
    return answer


@bp.post("/<int:order_id>/autosave")
@open_to("sender")
def autosave(order_id: int) -> Response:
    """Save what is typed in a draft, unless somebody else would be written over."""
    draft = my_order(order_id)
    return _save(OrderForm(owners_of(draft)), draft)


@bp.post("/<int:order_id>/here")
@open_to("sender")
def here(order_id: int) -> str:
    """Note that the person has the draft open, and tell who else has."""
    draft, person_id = my_order(order_id), current_person().id
    if draft.placed_at is None:
        presence.say_here(order_id, person_id)
    is_mine = draft.edited_by_id == person_id
    return render_template(
        "orders/_others.html",
        draft=draft,
        others=presence.others(order_id, person_id),
        is_overtaken=saving.standing_of(saving.PageFields()).is_overtaken_by(draft),
        editor=gettext("You, in another window,") if is_mine else saving.editor_of(draft),
    )


def _save(form: OrderForm, draft: Order) -> Response:
    refuse_other_channel(form, draft, queries.intakes(draft.id))
    if not form.check(wants_check=False, has_recipients=True):
        return _refused(form)
    try:
        saved = saving.save_by_itself(draft.id, typed_in(form), current_person().id)
    except saving.Overtaken:
        db.session.rollback()
        return _part(form, overtaken=True)
    except service.NotADraft:
        db.session.rollback()
        return _part(form, is_placed=True)
    return _answer(form, saved)


def _answer(form: OrderForm, draft: Order) -> Response:
    form.edition.data = str(draft.edition)
    db.session.commit()
    return _part(form, saved_at=oslo_clock(utcnow()))


def _refused(form: OrderForm) -> Response:
    db.session.rollback()
    first = next((error.text for error in form.errors_in_order()), "")
    return _part(form, refusal=first)


def _part(form: OrderForm, **said: object) -> Response:
    return make_response(render_template("orders/_saved.html", form=form, **said))
