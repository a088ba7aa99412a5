"""Composing an order: its form, its recipients, what is told while typing."""

from collections.abc import Sequence
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person, sends_for
from app.accounts.models import ServiceOwner
from app.db import db, utcnow
from app.intake.columns import COLUMN_NAMES
from app.intake.columns import Channel as ColumnKind
from app.messaging.status import Channel
from app.messaging.template import KEYWORDS, Template, normalise
from app.orders import check, foretelling, intake, outlook_words, queries, service, templating
from app.orders.editing import differing, saving
from app.orders.forms import MOST_CHARACTERS, OrderForm
from app.orders.measuring import Telling, tell_with_values
from app.orders.models import PASTED, Intake, IntakeStatus, Order
from app.orders.reminders import service as reminders
from app.orders.reminders import words as reminder_words
from app.orders.reminders.queries import reminders_of
from app.orders.views import Answer, bp, languages, my_draft, say, to_check, to_edit
from app.prices.countries import country_name
from app.web import menu
from app.web.access import open_to
from app.web.download import csv_download
from app.web.formats import oslo_clock
from app.web.live import Live, next_interval_ms, respond_part_or_page
from app.web.typed import plain

_COLUMN: dict[Channel, ColumnKind] = {Channel.SMS: "sms", Channel.EMAIL: "email"}
_EXAMPLE = {Channel.SMS: "+4799999999", Channel.EMAIL: "name@example.no"}


def add_to_menu() -> None:
    """Put the page on the menu."""
    menu.add(lazy_gettext("New order"), "orders.new", ["sender"], 20)


@bp.get("/new")
@open_to("sender")
def new() -> Answer:
    """Show an empty order."""
    owners = sends_for()
    if not owners:
        return render_template("orders/no_owner.html")
    form = OrderForm.blank(owners)
    if "template" in request.args:
        templating.open_with(form, request.args["template"])
    return _page(form, None)


@bp.post("/new")
@open_to("sender")
def new_post() -> Answer:
    """Make a draft of what was typed; posted again, the same draft."""
    form = OrderForm(sends_for() or abort(403))
    begun = saving.begun_with(form.key, current_person().id)
    if begun is not None and begun.service_owner_id == form.service_owner_id.data:
        return edit_post(begun.id)
    if not _is_well(form, has_recipients=False):
        return _page(form, _draft_for_files(form)), 422
    draft = service.create_draft(form.service_owner_id.data, current_person().id, form.content(), form.key)
    intake.paste(draft.id, form.pasted.data or "")
    return _saved(form, draft.id)


@bp.get("/<int:order_id>/edit")
@open_to("sender")
def edit(order_id: int) -> Response:
    """Show a draft as it stands; for htmx, how far its recipients have been read."""
    draft = my_draft(order_id)
    intakes = queries.intakes(order_id)
    form = OrderForm.of(owners_of(draft), draft, saving.pasted_of(order_id))
    return respond_part_or_page(
        "orders/compose.html",
        "orders/_recipients.html",
        "|".join(f"{found.id}:{found.status}:{found.rows_read}:{found.valid}" for found in intakes),
        finished=not queries.are_open(intakes),
        **_context(form, draft, intakes),
    )


@bp.post("/<int:order_id>/edit")
@open_to("sender")
def edit_post(order_id: int) -> Answer:
    """Change a draft, add or remove recipients."""
    draft = my_draft(order_id)
    form = OrderForm(owners_of(draft))
    _remove_if_asked(form, order_id)
    _remove_reminder_if_asked(order_id)
    given = queries.intakes(order_id)
    refuse_other_channel(form, draft, given)
    if not _is_well(form, has_recipients=bool(given)):
        _add_files(form, order_id)
        db.session.commit()
        return _page(form, draft), 422
    try:
        saving.save(order_id, typed_in(form), current_person().id)
    except saving.Overtaken:
        return _both(form, draft)
    return _saved(form, order_id)


@bp.get("/days")
@open_to("sender")
def days() -> str:
    """Show on which days the orders of a service owner leave that has just been chosen, to be changed."""
    owners = [owner for owner in sends_for() if str(owner.id) == request.args.get("service_owner_id")]
    return render_template("orders/_days.html", form=OrderForm.blank(owners))


@bp.post("/measure")
@open_to("sender")
def measure() -> str:
    """Tell about a text while it is typed."""
    intakes = languages.given()
    channel = Channel.SMS if "sms_text" in request.form else Channel.EMAIL
    text = request.form.get("sms_text") or request.form.get("email_text")
    telling = tell_with_values(
        channel,
        plain(request.form.get("email_subject")),
        plain(text)[:MOST_CHARACTERS],
        intakes,
        plain(request.form.get("language_column")),
    )
    foretold = foretelling.typed(channel, request.form, sends_for(), intakes)
    return render_template("orders/_measure.html", telling=telling, foretold=foretold, **_names())


@bp.post("/example")
@open_to("sender")
def example() -> FlaskResponse:
    """Make an example file with the columns that the text asks for."""
    form = OrderForm(sends_for())
    own = {COLUMN_NAMES[_COLUMN[channel]]: _EXAMPLE[channel] for channel in sorted(form.channels, reverse=True)}
    texts = "\n".join((form.sms_text.data or "", form.email_subject.data or "", form.email_text.data or ""))
    asked = [*Template(texts).names, *([form.language_column.data] if form.others else [])]
    names = [name for name in asked if name and name not in KEYWORDS and normalise(name) not in {*map(normalise, own)}]
    return csv_download("example.csv", [*own, *names], [[*own.values(), *(gettext("value") for _ in names)]])


def typed_in(form: OrderForm) -> saving.Typed:
    """What the form wants a draft to hold."""
    return saving.Typed(form.content(), form.pasted.data or "", saving.standing_of(form))


def _both(form: OrderForm, draft: Order) -> tuple[str, int]:
    """Show what is stored beside what was typed; saved once more, what was typed takes its place."""
    _add_files(form, draft.id)
    db.session.commit()
    form.edition.data = str(draft.edition)
    stored = differing.between(draft, form.content(), form.pasted.data or "")
    return _page(form, draft, stored=stored, editor=saving.editor_of(draft)), 409


def _saved(form: OrderForm, order_id: int) -> Response:
    _add_files(form, order_id)
    if _wants_check():
        check.ask(order_id)
        db.session.commit()
        return to_check(order_id)
    db.session.commit()
    if _wants_template():
        say(gettext("The texts are the template's now. Nothing is sent until you have checked it and pressed Send."))
        return to_edit(order_id)
    if request.form.get("action") == "reminder":
        return redirect(url_for("orders.new_reminder", order_id=order_id), 303)
    say(gettext("The draft is saved. Nothing is sent until you have checked it and pressed Send."))
    return to_edit(order_id)


def _is_well(form: OrderForm, *, has_recipients: bool) -> bool:
    """Judge what was typed, once a template's texts have been put in where that was asked for."""
    if _wants_template() and not templating.fill(form, request.form.get("template_id")):
        return False
    return form.check(wants_check=_wants_check(), has_recipients=has_recipients)


def _draft_for_files(form: OrderForm) -> Order | None:
    """Keep uploaded files although something else is wrong: a browser does not send them twice by itself."""
    if not form.uploads() or form.service_owner_id.errors or form.channel.errors:
        return None
    draft = service.create_draft(form.service_owner_id.data, current_person().id, form.content(), form.key)
    _add_files(form, draft.id)
    form.keep_to(owners_of(draft))
    db.session.commit()
    return draft


def _add_files(form: OrderForm, order_id: int) -> None:
    for file in form.uploads():
        name = plain(file.filename)[-200:]
        try:
            is_new = intake.add_file(order_id, name, file.stream) is not None
        except intake.TooManyFiles:
            say(
                gettext(
                    "An order takes at most %(most)s files: %(name)s was left out.", most=intake.MOST_FILES, name=name
                ),
                "warning",
            )
            continue
        if not is_new:
            say(gettext("%(name)s is already in this order. To replace it, remove it first.", name=name), "warning")


def _remove_if_asked(form: OrderForm, order_id: int) -> None:
    action, _, intake_id = request.form.get("action", "").partition("-")
    if action != "remove" or not intake_id.isdecimal() or len(intake_id) > 18:
        return
    if intake.remove(order_id, int(intake_id)) == PASTED:
        form.pasted.data = ""


def _remove_reminder_if_asked(order_id: int) -> None:
    action, _, no = request.form.get("action", "").partition("-")
    if action == "unremind" and no.isdecimal() and len(no) == 1:
        reminders.remove(order_id, int(no))


def refuse_other_channel(form: OrderForm, draft: Order, given: Sequence[Intake]) -> None:
    """What was read for one channel is of no use to the other, and a file that has been read is gone."""
    files = [found for found in given if found.part != PASTED or not intake.is_kept(found)]
    form.fixed_scheme = draft.channel if files else None


def _wants_check() -> bool:
    return request.form.get("action") == "check"


def _wants_template() -> bool:
    return request.form.get("action") == "template"


def owners_of(draft: Order) -> Sequence[ServiceOwner]:
    """A draft stays with the service owner that it was made for."""
    return [db.session.get_one(ServiceOwner, draft.service_owner_id)]


def _page(form: OrderForm, draft: Order | None, **more: object) -> str:
    intakes = queries.intakes(draft.id) if draft else []
    is_finished = not queries.are_open(intakes)
    url = url_for("orders.edit", order_id=draft.id) if draft else ""
    live = Live(url, '""', next_interval_ms(), is_finished, oslo_clock(utcnow()))
    return render_template("orders/compose.html", live=live, **more, **_context(form, draft, intakes))


def _context(form: OrderForm, draft: Order | None, intakes: Sequence[Intake]) -> dict[str, Any]:
    saving.open_page(form, draft)
    return {
        "form": form,
        "draft": draft,
        "intakes": intakes,
        **templating.context(draft),
        "telling": _telling(form, intakes),
        "foretold": {Channel.SMS: foretelling.in_form(form, intakes), Channel.EMAIL: foretelling.NOTHING},
        "Channel": Channel,
        **languages.context(form, intakes),
        "IntakeStatus": IntakeStatus,
        "reminders": reminders_of(draft.id) if draft else (),
        "reminder_words": reminder_words,
        **_names(),
    }


def _names() -> dict[str, object]:
    return {"country_name": country_name, "outlook_words": outlook_words}


def _telling(form: OrderForm, intakes: Sequence[Intake]) -> dict[Channel, Telling]:
    subject = form.email_subject.data or ""
    texts = {Channel.SMS: form.sms_text.data or "", Channel.EMAIL: form.email_text.data or ""}
    return {
        channel: tell_with_values(channel, subject, text, intakes, form.language_column.data or "")
        for channel, text in texts.items()
    }
