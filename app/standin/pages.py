"""The pages: a phone per number and a mailbox per address, with what arrived; and what the magic ones do."""

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.standin.behaviour import MAGIC_MAILBOXES, MAGIC_NUMBERS
from app.standin.control import desk
from app.standin.reporter import OSLO
from app.standin.shelf import Shelf

PAGE_SIZE = 50

pages = Blueprint("pages", __name__)


@pages.app_template_filter("moment")
def moment(seconds: float) -> str:
    """A time as the people at the desk read it."""
    return datetime.fromtimestamp(seconds, OSLO).strftime("%d.%m.%Y %H:%M:%S")


@pages.get("/")
def overview() -> str:
    """The newest phones and mailboxes."""
    return _overview("")


@pages.get("/phones")
def phones() -> str:
    """All phones, by their newest message."""
    return _listed("standin/phones.html", desk().phones)


@pages.get("/mailboxes")
def mailboxes() -> str:
    """All mailboxes, by their newest e-mail."""
    return _listed("standin/mailboxes.html", desk().mailboxes)


@pages.get("/phones/<int:address_id>")
def phone(address_id: int) -> str:
    """One phone: its messages, newest first, each with the reports sent about it."""
    return _opened("standin/phone.html", desk().phones, address_id)


@pages.get("/mailboxes/<int:address_id>")
def mailbox(address_id: int) -> str:
    """One mailbox: its e-mails, newest first."""
    return _opened("standin/mailbox.html", desk().mailboxes, address_id)


@pages.get("/magic")
def magic() -> str:
    """The numbers and addresses that make the stand-in behave otherwise."""
    return render_template("standin/magic.html", numbers=MAGIC_NUMBERS, mailboxes=MAGIC_MAILBOXES)


NORWAY = "47"
"""Put before a number that was typed as Norwegians do."""


@pages.post("/search")
def search() -> ResponseReturnValue:
    """To the phone or mailbox of what was typed; a post, so that no address stands in any URL."""
    wanted = request.form.get("wanted", "").strip()
    digits = "".join(character for character in wanted if character.isdecimal()).removeprefix("00")
    for number in (digits, f"{NORWAY}{digits}"):
        if (found := desk().phones.id_of(number)) is not None:
            return redirect(url_for("pages.phone", address_id=found), 303)
    if (found := desk().mailboxes.id_of(wanted)) is not None:
        return redirect(url_for("pages.mailbox", address_id=found), 303)
    return _overview(gettext("Nothing has arrived there."))


@pages.get("/healthz")
def healthy() -> str:
    """Whether the stand-in answers."""
    return "ok\n"


def _overview(notice: str) -> str:
    found = desk()
    return render_template(
        "standin/overview.html",
        notice=notice,
        phones=found.phones.addresses(None, PAGE_SIZE),
        mailboxes=found.mailboxes.addresses(None, PAGE_SIZE),
        phone_shelf=found.phones,
        mailbox_shelf=found.mailboxes,
        reports=found.reporter.counts(),
    )


def _before() -> int | None:
    return request.args.get("before", None, int)


def _listed(template: str, shelf: Shelf) -> str:
    return render_template(template, page=shelf.addresses(_before(), PAGE_SIZE), shelf=shelf)


def _opened(template: str, shelf: Shelf, address_id: int) -> str:
    line = shelf.line_of(address_id)
    if line is None:
        abort(404)
    page = shelf.messages(address_id, _before(), PAGE_SIZE)
    return render_template(template, line=line, page=page, reports_of=shelf.reports_of)
