"""The queue's door to the desk: watch for jumps, call the webhook."""

import json
import logging

import urllib3
from flask import current_app
from urllib3.exceptions import HTTPError

from app.db import db
from app.support.failures import incidents

log = logging.getLogger(__name__)

_WITHIN_S = 10.0


def watch() -> None:
    """Open and end incidents."""
    incidents.watch()
    db.session.commit()


def call_webhook() -> None:
    """Tell the webhook of each new incident; no transaction is open while it is called."""
    while (call := incidents.take_call()) is not None:
        db.session.commit()
        if _post(call):
            incidents.note_called(call.incident_id)
            db.session.commit()
    db.session.rollback()


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
