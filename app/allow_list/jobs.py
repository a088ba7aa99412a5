"""The queue's door: sending a code, and writing down what has expired."""

import logging

from flask import current_app

from app.accounts.models import ServiceOwner
from app.allow_list import reminders, requests, verification
from app.allow_list.models import Code, Entry
from app.db import db, utcnow
from app.gateways import Accepted, GatewaySettings, Message, gateway_for
from app.messaging.status import Channel, Route

log = logging.getLogger(__name__)


def send_code(code_id: int) -> None:
    """Send a code by the gateway that carries every SMS; once, whoever rings and however often."""
    code = db.session.get(Code, code_id)
    digits = verification.make(code) if code else None
    if code is None or digits is None:
        return
    entry = db.session.get_one(Entry, code.entry_id)
    sender = db.session.get_one(ServiceOwner, entry.service_owner_id).sms_sender
    expires_at = utcnow() + verification.LASTS
    text = verification.TEXT % {"code": digits}
    message = Message(code_id, entry.number, sender, text, expires_at=expires_at, key=f"code-{code_id}")
    # No transaction is open while the gateway is called.
    db.session.commit()
    gateway = gateway_for(Channel.SMS, Route.REAL, GatewaySettings.of(current_app.config))
    [[outcome]] = gateway.submit([[message]])
    if not isinstance(outcome, Accepted):
        _note_refusal(code_id, outcome.words)


def _note_refusal(code_id: int, words: str) -> None:
    log.warning("The gateway did not take the SMS with code %d.", code_id)
    db.session.get_one(Code, code_id).answer = words or "not taken"
    db.session.commit()


def remind() -> None:
    """Tell by e-mail, once, who asked for an entry that it ends soon."""
    reminders.post_due()
    db.session.commit()


def expire() -> None:
    """Write down which entries have come to their end."""
    while requests.expire_due():
        db.session.commit()
    db.session.rollback()
