"""The queue's door: handing over the e-mails that are due."""

from flask import current_app

from app.db import db
from app.gateways import GatewaySettings, gateway_for
from app.messaging.status import Channel, Route
from app.system_email import service


def send() -> None:
    """Hand over what is due, in small batches; whoever runs beside takes others."""
    sender = current_app.config["DEFAULT_EMAIL_FROM"]
    gateway = gateway_for(Channel.EMAIL, Route.REAL, GatewaySettings.of(current_app.config))
    while taken := service.take():
        # No transaction is open while the gateway is called.
        db.session.commit()
        [outcomes] = gateway.submit([[email.message(sender) for email in taken]])
        service.settle(taken, outcomes)
        db.session.commit()
    db.session.rollback()
