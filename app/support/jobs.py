"""The queue's door to the desk: watch for jumps, call the webhook, do remedies."""

import json
import logging
import time

import urllib3
from flask import current_app
from urllib3.exceptions import HTTPError

from app.db import db
from app.dispatch.transaction import persistently
from app.queue import ring_now
from app.support.care import service as care
from app.support.failures import incidents
from app.support.remedies import service as remedies
from app.support.remedies.asking import look_up_next
from app.support.remedies.slices import SLICE, next_slice

log = logging.getLogger(__name__)

_WITHIN_S = 10.0
_AT_MOST_S = 5.0
"""How long a job keeps others of its queue waiting, apart from one last slice."""

APPLY_REMEDIES = "app.support.jobs.apply_remedies"


def watch() -> None:
    """Open and end incidents."""
    incidents.watch()
    db.session.commit()


def tell_news() -> None:
    """Tell those who follow notifications what has become of them."""
    care.tell_news()
    db.session.commit()


def call_webhook() -> None:
    """Tell the webhook of each new incident; no transaction is open while it is called."""
    while (call := incidents.take_call()) is not None:
        db.session.commit()
        if _post(call):
            incidents.note_called(call.incident_id)
            db.session.commit()
    db.session.rollback()


def apply_remedies() -> None:
    """Do what remedies ask for, slice by slice."""
    until = time.monotonic() + _AT_MOST_S
    while (ended := persistently(_next)) is not None:
        if ended:
            remedies.tell_of_end(ended)
            db.session.commit()
        if time.monotonic() > until:
            ring_now("intake", APPLY_REMEDIES)
            return


def _next() -> int | None:
    return next_slice(look_up_next(SLICE))


def _post(call: incidents.Call) -> bool:
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"incident-{call.incident_id}"}
    try:
        answer = urllib3.request(
            "POST",
            current_app.config["ALERT_WEBHOOK_URL"],
            body=json.dumps(call.body).encode(),
            headers=headers,
            timeout=_WITHIN_S,
            retries=False,
        )
    except HTTPError as fault:
        log.warning("The webhook for alerts did not answer (%s); it is called again.", type(fault).__name__)
        return False
    if answer.status >= 300:
        log.warning("The webhook for alerts answered %d; it is called again.", answer.status)
    return bool(answer.status < 300)
