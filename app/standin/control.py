"""The control: JSON over HTTP, from this machine only, by which tests tell the stand-in how to behave and what came."""

import ipaddress
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.standin import registers
from app.standin.behaviour import Answer, Behaviour, MailBehaviour, MailStep
from app.standin.conditions import told_of
from app.standin.desk import Desk
from app.standin.shelf import Kept, Shelf

MOST_SHOWN = 1000

control = Blueprint("control", __name__, url_prefix="/control")


class BadOrder(Exception):
    """What was asked of the control makes no sense; its words say what."""


def desk() -> Desk:
    """The stand-in that this application belongs to."""
    found: Desk = current_app.extensions["standin"]
    return found


@control.before_request
def refuse_strangers() -> None:
    """Only this machine may; and only JSON, which no page of another site can send unasked."""
    if not request.remote_addr or not ipaddress.ip_address(request.remote_addr).is_loopback:
        abort(403)
    if request.method == "POST" and not request.is_json:
        abort(415)


@control.errorhandler(BadOrder)
def explain(fault: BadOrder) -> ResponseReturnValue:
    """The words of the fault."""
    return jsonify(error=str(fault)), 400


@control.post("/behaviour")
def behave() -> ResponseReturnValue:
    """Behave so about a `number`, a `sender`, an e-mail `address` (`*`: all), or, with none of these, every SMS."""
    told = _object()
    try:
        if "address" in told:
            desk().rules.tell_mailbox(str(told.pop("address")), mail_behaviour_of(told))
        elif "number" in told:
            desk().rules.tell_number(str(told.pop("number")), behaviour_of(told))
        elif "sender" in told:
            desk().rules.tell_sender(str(told.pop("sender")), behaviour_of(told))
        else:
            desk().rules.tell_all(behaviour_of(told))
    except (ValueError, TypeError) as fault:
        raise BadOrder(str(fault)) from fault
    return jsonify(ok=True)


@control.post("/reports")
def hold_reports() -> ResponseReturnValue:
    """Hold all delivery reports back, or let go of them: `{"hold": true}` or `{"hold": false}`."""
    hold = _object().get("hold")
    if not isinstance(hold, bool):
        raise BadOrder("`hold` must be true or false.")
    desk().reporter.hold(hold)
    return jsonify(ok=True)


@control.post("/registers")
def tell_registers() -> ResponseReturnValue:
    """Behave so as a `register` (`status`, `slow_s`, `drop`, `times`), or know `people`, or `invents` everybody."""
    try:
        registers.tell(_object())
    except (ValueError, TypeError) as fault:
        raise BadOrder(str(fault)) from fault
    return jsonify(ok=True)


@control.post("/conditions")
def tell_conditions() -> ResponseReturnValue:
    """Let the condition `name` answer so: `send`, `status`, `location`, `body`, `slow_s`, `times`."""
    told = _object()
    try:
        desk().conditions.tell(str(told.pop("name", "")), told_of(told))
    except (ValueError, TypeError) as fault:
        raise BadOrder(str(fault)) from fault
    return jsonify(ok=True)


@control.post("/reset")
def reset() -> ResponseReturnValue:
    """Forget messages, reports and everything that was told."""
    desk().reset()
    return jsonify(ok=True)


@control.get("/counts")
def counts() -> ResponseReturnValue:
    """How much came, and what became of the reports."""
    found = desk()
    reports = found.reporter.counts()
    return jsonify(
        sms={**_shelf_counts(found.phones), "requests": found.tally.requests, "refused": found.tally.refused},
        email=_shelf_counts(found.mailboxes),
        registers=registers.counts(),
        conditions=dict(found.conditions.asked),
        reports={field.name: getattr(reports, field.name) for field in fields(reports)},
    )


@control.get("/receivers")
def receivers() -> ResponseReturnValue:
    """How many SMS each number got, for those that got `at_least` so many: with 2, whatever was sent twice."""
    return jsonify(desk().phones.counts(request.args.get("at_least", 1, int)))


@control.get("/phones/<number>")
def phone(number: str) -> ResponseReturnValue:
    """What one number got, newest first."""
    return jsonify(_messages(desk().phones, number.removeprefix("+")))


@control.get("/mailboxes/<address>")
def mailbox(address: str) -> ResponseReturnValue:
    """What one e-mail address got, newest first."""
    return jsonify(_messages(desk().mailboxes, address))


def behaviour_of(told: Mapping[str, Any]) -> Behaviour:
    """The behaviour in words of JSON, by the names of `Behaviour`; raises `ValueError` or `TypeError`."""
    given = dict(told)
    if "answer" in given:
        given["answer"] = Answer(given["answer"])
    if "states" in given:
        given["states"] = _states(given["states"])
    return Behaviour(**given)


def mail_behaviour_of(told: Mapping[str, Any]) -> MailBehaviour:
    """The behaviour in words of JSON, by the names of `MailBehaviour`; raises `ValueError` or `TypeError`."""
    given = dict(told)
    if "step" in given:
        given["step"] = MailStep(given["step"])
    return MailBehaviour(**given)


def _states(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(state, str) for state in given):
        raise ValueError("`states` must be a list of words, one for each report.")
    return tuple(given)


def _object() -> dict[str, Any]:
    given = request.get_json()
    if not isinstance(given, dict):
        raise BadOrder("The body must be a JSON object.")
    return given


def _shelf_counts(shelf: Shelf) -> dict[str, int]:
    return {"received": shelf.received, "addresses": shelf.address_count, "not_counted": shelf.not_counted}


def _messages(shelf: Shelf, address: str) -> list[dict[str, Any]]:
    address_id = shelf.id_of(address)
    if address_id is None:
        return []
    return [_message(shelf, kept) for kept in shelf.messages(address_id, None, MOST_SHOWN).lines]


def _message(shelf: Shelf, kept: Kept) -> dict[str, Any]:
    return {
        **kept.message._asdict(),
        "reports": [told._asdict() for told in shelf.reports_of(kept.number)],
    }
