"""One order's page: followed live, filtered by tiles, searched by recipient, cancelled while it waits, downloaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.accounts.current import current_person, is_covered, service_owner_ids
from app.conditions import words as condition_words
from app.contacts import words as contact_words
from app.db import db, utcnow
from app.messaging.status import WORDING, ShipmentStatus
from app.messaging.template import Template
from app.orders import outlook_words, promised, templating
from app.orders import words as order_words
from app.orders.follow import filters, known, languages, queries, results, service, tiles, words
from app.orders.follow.chain import Link, args_of, chain, stops
from app.orders.follow.filters import Shown
from app.orders.follow.forms import RecipientForm
from app.orders.follow.queries import Head
from app.orders.follow.views import EVERYBODY, ORDER, UNCOVERED, bp, head_or_404, kept
from app.orders.follow.views.ending import uncovered
from app.orders.follow.waiting import Waiting, waiting
from app.orders.reminders import words as reminder_words
from app.prices.countries import country_name
from app.shipments import table
from app.shipments.counts import NOTHING, Counts, counts_of
from app.shipments.selection import MOST_FOUND
from app.web import live, tokens
from app.web.access import ROLES, open_to
from app.web.download import csv_download
from app.web.paging import Page, page_args


@dataclass(frozen=True, slots=True)
class Asked:
    """An order and what its address asks to see of it."""

    head: Head
    shown: Shown
    counts: Counts
    is_covered: bool
    opens_at: datetime | None
    """When SMS that wait for the send window begin to leave."""
    waiting: Waiting
    links: Sequence[Link]
    """All shipments of the order."""

    @property
    def is_open(self) -> bool:
        """Whether any of its shipments still moves by itself."""
        return self.head.is_open or any(link.is_open for link in self.links)

    @property
    def etag(self) -> str:
        """Changes with everything that the live part shows."""
        head = self.head
        stopped = f"{head.stopped_at}:{head.stopped}"
        changes = f"{head.status}:{head.made}:{stopped}:{self.counts.changes}:{self.opens_at}:{self.waiting}:"
        changes += f"{head.register_due_at}:{head.shared}:{self._chain}"
        return f"{head.order_id}:{changes}:{request.query_string.decode()}"

    @property
    def _chain(self) -> list[tuple[object, ...]]:
        """What changes of the shipments beside their notifications' counts."""
        return [
            (
                *(link.no, link.status, link.counts.changes, link.recipients),
                *(len(link.told), link.held_at, link.met_at, link.waits_for),
            )
            for link in self.links
        ]

    @property
    def audience(self) -> str:
        """Who sees the same as this person; nobody else where they searched, since only they may know for what."""
        if self.shown.is_search:
            return ""
        roles = [role for role in ROLES if current_person().has_role(role)]
        standing = "covered" if self.is_covered else "mine" if self.is_mine else "open"
        return f"{standing} {' '.join(roles)}"

    @property
    def is_mine(self) -> bool:
        """Whether the person sends for the order's service owner, and so may edit and copy it."""
        return self.head.service_owner_id in service_owner_ids()


@bp.get(ORDER)
@open_to(*EVERYBODY)
def order(order_id: int) -> Response:
    """Show an order; for a poll its live part, or 304 before the table is asked for."""
    asked = _asked(order_id)
    if (answer := live.unchanged(asked.etag, asked.audience)) is not None:
        return answer
    return _respond(asked, _form(asked.head, MultiDict({"recipient": asked.shown.typed})))


@bp.post(ORDER)
@open_to(*EVERYBODY)
def find_recipient(order_id: int) -> Response:
    """Search by recipient: the address of what is found names only a token."""
    head = head_or_404(order_id)
    form = _form(head)
    if form.validate():
        token = tokens.remember(form.recipient.data, current_person().id)
        return redirect(url_for("follow.order", order_id=order_id, search=token, **args_of(head.no)), 303)
    answer = _respond(_asked(order_id), form)
    answer.status_code = 422
    return answer


@bp.get(f"{ORDER}/results.csv")
@open_to(*UNCOVERED)
def download(order_id: int) -> FlaskResponse:
    """Stream the results, or those that the filter shows."""
    head = uncovered(order_id)
    shown = _shown(head)
    if shown.selection is None:
        abort(404)
    service.note_download(head, {name: value for name, value in shown.args.items() if name != "search"})
    db.session.commit()
    sources = queries.sources(order_id)
    columns = results.columns_of(sources)
    rows = results.rows(head, shown.selection, sources, columns)
    return csv_download(f"results-{order_id}.csv", results.header(columns), rows)


def _asked(order_id: int) -> Asked:
    head = head_or_404(order_id)
    links = chain(order_id)
    counts = next((link.counts for link in links if link.no == head.no), None)
    if counts is None:
        counts = counts_of([head.shipment_id]).get(head.shipment_id, NOTHING)
    shown, covered = _shown(head), is_covered(head.service_owner_id)
    return Asked(head, shown, counts, covered, head.opens_at(utcnow()), waiting(head, counts), links)


def _shown(head: Head) -> Shown:
    try:
        return filters.read(request.args, head, current_person().id, is_covered=is_covered(head.service_owner_id))
    except filters.UnknownFilter:
        abort(404)


def _form(head: Head, *typed: MultiDict[str, str]) -> RecipientForm:
    return RecipientForm(head.channels, *typed, whole_only=is_covered(head.service_owner_id))


def _respond(asked: Asked, form: RecipientForm) -> Response:
    return live.respond_part_or_page(
        "follow/order.html",
        "follow/_order_part.html",
        asked.etag,
        audience=asked.audience,
        finished=not asked.is_open,
        form=form,
        **_table(asked),
        **_context(asked),
    )


def _page(asked: Asked) -> Page[table.Line]:
    window = page_args(ascending=True)
    if asked.shown.selection is None:
        return Page((), None, None)
    return table.page_of(asked.head.block, asked.shown.selection, window)


def _table(asked: Asked) -> dict[str, Any]:
    page = _page(asked)
    known_by = {} if asked.is_covered else known.without_address(asked.head.order_id, page.rows)
    return {"page": page, "known_by": known_by}


def _context(asked: Asked) -> dict[str, Any]:
    head, status = asked.head, asked.shown.status
    return {
        "head": head,
        "shown": asked.shown,
        "counts": asked.counts,
        "tiles": tiles.tiles(asked.counts, head.channels),
        "is_covered": asked.is_covered,
        "is_mine": asked.is_mine,
        "pieces": {one.channel: Template(one.text).pieces for one in head.apart},
        "other_languages": languages.others(head),
        "subject_pieces": Template(head.email_subject).pieces,
        "scheme": order_words.scheme(head.channel),
        "channel_name": order_words.channel,
        "window": order_words.window(head.daytime_only, head.days),
        "status_wording": WORDING[status] if status else None,
        "most_found": MOST_FOUND,
        "opens_at": asked.opens_at,
        **templating.context(head),
        "compared": promised.compared(head.shipment_id),
        "outlook_words": outlook_words,
        "waiting": asked.waiting,
        "waits_for": contact_words.register(head.waits_for) if head.waits_for else "",
        "is_ahead": head.requested_send_at > utcnow(),
        "kept": kept(),
        "words": words,
        "country_name": country_name,
        "ShipmentStatus": ShipmentStatus,
        **_of_chain(asked),
    }


def _of_chain(asked: Asked) -> dict[str, Any]:
    links, now = asked.links, utcnow()
    return {
        "links": links,
        "link": next((link for link in links if link.no == asked.head.no), None),
        "timeline": stops(links, now),
        "args": args_of(asked.head.no),
        "waits_for_earlier": any(link.no < asked.head.no and not link.has_begun for link in links),
        "condition_words": condition_words,
        "reminder_words": reminder_words,
    }
