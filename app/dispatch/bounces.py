"""Bounces and complaints become rows of the inbox: posted to us one by one, or read from a mailbox."""

import logging
from collections.abc import Iterator

from flask import current_app

from app.dispatch.transaction import transaction
from app.gateways import GatewaySettings, NoGateway
from app.gateways.email_reports import MARK, parse_email
from app.gateways.link_reports import BadReports
from app.gateways.mailbox import Found, MailboxGone, Place, read_behind
from app.gateways.named import gateways_of_kind
from app.queue import ring

log = logging.getLogger(__name__)

KIND = "smtp"

PLACE = "select validity, uid from mailbox_place where gateway = %s"

FIRST_PLACE = "insert into mailbox_place (gateway, validity, uid) values (%s, 0, 0) on conflict do nothing"

GO_ON = """
update mailbox_place set validity = %s, uid = %s where gateway = %s and (validity, uid) = (%s, %s)
"""

KEEP = "insert into report_inbox (gateway, body, reports) values (%s, %s, 1)"


def settings_of(name: str) -> GatewaySettings:
    """The settings of a gateway of e-mail; raises `NoGateway` where none is called so."""
    if name not in gateways_of_kind(KIND, current_app.config):
        raise NoGateway(f"No gateway of e-mail is called {name}.")
    return GatewaySettings.of(current_app.config, name, KIND)


def with_mailboxes() -> Iterator[GatewaySettings]:
    """The gateways whose bounces are read from a mailbox."""
    for name in gateways_of_kind(KIND, current_app.config):
        settings = settings_of(name)
        if settings.smtp_imap_host:
            yield settings


def mailbox_is_there() -> bool:
    """Whether any mailbox is to be read."""
    return any(True for _ in with_mailboxes())


def read_mailbox(settings: GatewaySettings) -> bool:
    """Store what is ours of the next e-mails; false where there was nothing more, or the mailbox cannot be read.

    The e-mails and the place behind them are stored together, so that a kill loses none and repeats none.
    """
    place = _place(settings.name)
    try:
        found = read_behind(place, settings)
    except MailboxGone as fault:
        log.warning("Gateway %s: %s", settings.name, fault)
        return False
    if found.place == place:
        return False
    _store(settings.name, place, found)
    return bool(found.emails)


def _place(name: str) -> Place:
    with transaction() as cursor:
        cursor.execute(FIRST_PLACE, (name,))
        cursor.execute(PLACE, (name,))
        return Place(*cursor.fetchone() or ())


def _store(name: str, place: Place, found: Found) -> None:
    ours = [MARK + email for email in found.emails if _is_ours(email)]
    with transaction() as cursor:
        cursor.execute(GO_ON, (found.place.validity, found.place.uid, name, place.validity, place.uid))
        if cursor.rowcount == 0:
            return  # Another worker has read the same meanwhile.
        cursor.executemany(KEEP, [(name, body) for body in ours])
        if ours:
            ring("reports", "app.dispatch.jobs.apply_reports")


def _is_ours(email: bytes) -> bool:
    try:
        return bool(parse_email(email))
    except BadReports:
        return False
