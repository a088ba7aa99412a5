"""The check before sending, and sending."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField

from app.accounts.current import current_person
from app.accounts.models import ServiceOwner
from app.db import db, utcnow
from app.messaging.scheme import Scheme, channels_of, moved_countries
from app.messaging.status import Channel
from app.orders import check as checking
from app.orders import (
    checked,
    leaving,
    outlook,
    outlook_words,
    queries,
    reach,
    reaching,
    routes,
    service,
    templating,
    words,
)
from app.orders.models import Order, OrderCheck
from app.orders.outlook import CountryLine, Outlook
from app.orders.problems import intake_name
from app.orders.reminders import foretold, timeline
from app.orders.reminders import words as reminder_words
from app.orders.views import Answer, bp, my_draft, my_order, remedies, say, to_check, to_order, trying
from app.orders.views.remedies import country_url
from app.prices.countries import country_name
from app.web import tokens
from app.web.access import open_to
from app.web.download import csv_download
from app.web.formats import counted
from app.web.forms import Form
from app.web.live import is_part, respond_part_or_page
from app.web.paging import page_args


class PlaceForm(Form):
    """The one button that sends, and the choice it may need."""

    revision = HiddenField()
    valid_only = BooleanField(lazy_gettext("Leave these rows out, and send to the valid ones only"))


def _place_form(lines: Sequence[CountryLine]) -> PlaceForm:
    """A field for each country that must be confirmed by name, which are only known now."""
    kind = type("PlaceForm", (PlaceForm,), {f"confirm_{line.country}": _confirmation(line) for line in lines})
    form: PlaceForm = kind()
    return form


def _confirmation(line: CountryLine) -> BooleanField:
    said = {"country": country_name(line.country), "what": counted(line.recipients - line.stopped, "sms")}
    return BooleanField(gettext("%(country)s: send %(what)s all the same", **said))


def add_to_menu() -> None:
    """The check is reached from a draft."""


@bp.get("/<int:order_id>/check")
@open_to("sender")
def check(order_id: int) -> Response:
    """Show what the check found, or how far it has come."""
    draft = my_draft(order_id)
    return _respond(draft, _place_form(_to_confirm(draft)))


@bp.post("/<int:order_id>/check")
@open_to("sender")
def check_post(order_id: int) -> Response:
    """Have the draft checked as it stands."""
    my_draft(order_id)
    checking.ask(service.lock_draft(order_id).id)
    db.session.commit()
    return to_check(order_id)


@bp.post("/<int:order_id>/look-up-again")
@open_to("sender")
def look_up_again(order_id: int) -> Response:
    """Have persons and organisations looked up anew."""
    my_draft(order_id)
    checking.look_up_again(service.lock_draft(order_id).id)
    db.session.commit()
    return to_check(order_id)


@bp.get("/<int:order_id>/unreachable")
@open_to("sender")
def unreachable(order_id: int) -> str:
    """List the persons and organisations that cannot be reached."""
    draft, page = my_draft(order_id), reach.unreachable(order_id, page_args(ascending=True))
    ran = queries.last_check(order_id)
    told = reaching.of(draft, ran) if ran else None
    return render_template("orders/unreachable.html", draft=draft, page=page, reach=told, **reaching.WORDS)


@bp.get("/<int:order_id>/place")
@open_to("sender")
def place_asked_again(order_id: int) -> Response:
    """Lead back to the check, where the button is that sends."""
    return to_check(my_draft(order_id).id)


@bp.post("/<int:order_id>/place")
@open_to("sender")
def place(order_id: int) -> Answer:
    """Place the draft as it was checked; placed already, lead to the order all the same."""
    draft = my_draft(order_id)
    to_confirm = _to_confirm(draft)
    form = _place_form(to_confirm)
    form.validate()
    lacks = [_lacks_choice(draft, form), _is_as_shown(draft, form) and _lacks_confirmation(to_confirm, form)]
    if any(lacks):
        return _page(draft, form), 422
    confirmed = [line.country for line in to_confirm if form[f"confirm_{line.country}"].data]
    result = service.place(order_id, _number(form.revision.data), current_person().id, confirmed)
    db.session.commit()
    return _after(result, draft)


def _is_as_shown(draft: Order, form: PlaceForm) -> bool:
    return draft.revision == draft.checked_revision == _number(form.revision.data)


def _to_confirm(draft: Order) -> list[CountryLine]:
    """The countries of the main shipment and of its reminders that must be confirmed by name."""
    return foretold.to_confirm(outlook.of(draft), foretold.foretell(draft, utcnow()))


def _lacks_confirmation(lines: Sequence[CountryLine], form: PlaceForm) -> bool:
    missing = [line for line in lines if not form[f"confirm_{line.country}"].data]
    for line in missing:
        words = gettext("Confirm %(country)s, or mend it first.", country=country_name(line.country))
        form[f"confirm_{line.country}"].errors = (words,)
    return bool(missing)


@bp.get("/<int:order_id>/refused.csv")
@open_to("sender")
def refused(order_id: int) -> FlaskResponse:
    """Download every row that gets no message, with the reason."""
    draft = my_order(order_id)
    header = [gettext("File"), gettext("Row"), gettext("Value"), gettext("Reason")]
    return csv_download(f"order-{draft.id}-rows-left-out.csv", header, _refused_lines(draft.id))


@bp.post("/<int:order_id>/request-numbers")
@open_to("sender")
def request_numbers(order_id: int) -> Response:
    """Lead to a request that already holds the numbers which are not on the allow-list."""
    numbers = routes.unlisted(my_draft(order_id))
    token = tokens.remember("\n".join(numbers), current_person().id)
    return redirect(url_for("allow_list.ask", given=token), 303)


def _refused_lines(order_id: int) -> Iterator[Sequence[object]]:
    for rows in queries.refused_stretches(order_id):
        # However slowly the browser takes them, no connection waits for it.
        db.session.rollback()
        for row in rows:
            yield row.file_name or gettext("The pasted text"), row.row_no, row.value, words.reason_of(row)


def _respond(draft: Order, form: PlaceForm) -> Response:
    ran, intakes = queries.last_check(draft.id), queries.intakes(draft.id)
    progress = checked.progress_of(draft, ran)
    seen = [(intake.id, intake.status, intake.rows_read) for intake in intakes]
    etag = f"{draft.revision}|{progress}|{seen}|{request.query_string.decode()}"
    is_finished = progress.is_ended or not (progress.is_asked or queries.are_open(intakes))
    if is_part() and is_finished:
        return _reload(draft)
    values = _context(draft, form, ran)
    return respond_part_or_page("orders/check.html", "orders/_progress.html", etag, finished=is_finished, **values)


def _reload(draft: Order) -> Response:
    """Let the whole page be asked for once its waiting is over."""
    return Response(headers={"HX-Redirect": url_for("orders.check", order_id=draft.id)})


def _page(draft: Order, form: PlaceForm) -> str:
    return render_template("orders/check.html", live=None, **_context(draft, form, queries.last_check(draft.id)))


def _context(draft: Order, form: PlaceForm, ran: OrderCheck | None) -> dict[str, Any]:
    intakes = queries.intakes(draft.id)
    progress = checked.progress_of(draft, ran)
    basics = {
        "draft": draft,
        "form": form,
        "progress": progress,
        "intakes": intakes,
        "intake_name": intake_name,
    }
    if ran is None or not progress.is_ended:
        return {**basics, "are_open": queries.are_open(intakes)}
    form.revision.data = str(draft.revision)
    found, seen = checked.look(draft, ran, intakes), outlook.of(draft)
    persons = reaching.of(draft, ran)
    reached = found.numbers.valid - (persons.unreached if persons else 0)
    show = "duplicates" if request.args.get("show") == "duplicates" else "invalid"
    shown = checked.shown(draft, _row_asked_for(draft.id))
    return {
        **basics,
        **trying.context(shown),
        "found": found,
        "show": show,
        "refused": queries.refused_rows(draft.id, page_args(ascending=True), duplicates=show == "duplicates"),
        "shown": shown,
        "ran": ran,
        "asked_row": request.args.get("row", "")[:9],
        "owner_name": db.session.get_one(ServiceOwner, draft.service_owner_id).name,
        "words": words,
        "country_name": country_name,
        "send_time": words.send_time(draft, utcnow()),
        "Channel": Channel,
        "channels": channels_of(draft.channel),
        "ways": checked.ways_of(draft, found, reached),
        "moved": sorted(moved_countries(draft.channel, draft.moved_to_email), key=country_name),
        **reaching.WORDS,
        "reach": persons,
        **templating.context(draft),
        "routes": (way := routes.of(draft, _numbers(draft, found, reached))),
        "leaving": leaving.sentences(draft, found.estimate, way, utcnow()),
        "seen": seen,
        "verified_on": outlook.verified_on(seen),
        "ways_of": lambda line: remedies.ways(draft, line),
        "country_url": country_url,
        "outlook_words": outlook_words,
        **_of_reminders(draft, found, seen),
    }


def _of_reminders(draft: Order, found: checked.Checked, seen: Outlook) -> dict[str, Any]:
    reminders = foretold.foretell(draft, utcnow())
    return {
        "reminders": reminders,
        "reminder_words": reminder_words,
        "reminder_messages": lambda reminder: checked.reminder_messages(draft, reminder, _row_asked_for(draft.id)),
        "timeline": timeline.before(draft, reminders),
        "together": foretold.together(found.estimate.total, reminders),
        "to_confirm": foretold.to_confirm(seen, reminders),
    }


def _numbers(draft: Order, found: checked.Checked, reached: int) -> int:
    """How many phone numbers may get an SMS."""
    if draft.channel == Scheme.EMAIL_PREFERRED and draft.falls_back:
        return reached - found.without_phone
    return found.estimate.messages_by(Channel.SMS)


def _row_asked_for(order_id: int) -> queries.FoundRow | None:
    """Find the row of `?part=…&row=…`, or the first one; None for one that gets no message."""
    if "row" not in request.args:
        return queries.row_after(order_id)
    part, row_no = _number(request.args.get("part", "0"), digits=4), _number(request.args["row"])
    return queries.row_at(order_id, part, row_no)


def _number(text: str | None, *, digits: int = 9) -> int:
    """Read a number that a page of ours wrote; anything else names nothing."""
    return int(text) if text and text.isdecimal() and len(text) <= digits else -1


def _lacks_choice(draft: Order, form: PlaceForm) -> bool:
    ran = queries.last_check(draft.id)
    if form.valid_only.data or not checked.progress_of(draft, ran).is_ended or not queries.numbers(draft.id).invalid:
        return False
    form.valid_only.errors = (gettext("Say that these rows are to be left out, or mend them and upload again."),)
    return True


def _after(result: service.PlaceResult, order: Order) -> Response:
    if result.outcome is service.PlaceOutcome.CHANGED:
        say(gettext("The draft has changed since it was checked, so nothing was sent. Check it again."), "warning")
        return to_check(order.id)
    if result.outcome is service.PlaceOutcome.UNCONFIRMED:
        say(gettext("Nothing was sent: what a country does has changed. Look at it once more."), "warning")
        return to_check(order.id)
    if result.outcome is service.PlaceOutcome.BLOCKED:
        say(gettext("Nothing was sent: something must be mended first."), "warning")
        return to_check(order.id)
    return to_order(order)
