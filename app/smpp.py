"""The process that holds the bind to an SMSC: workers of its machine hand it messages, receipts go to the inbox.

The rows are the truth: it keeps nothing that is lost with it. A receipt is stored before it is answered, so that the
SMSC brings again what was not; a message's outcome is noted by the worker that asked. One runs on each machine.
"""

import asyncio
import logging
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from flask import Flask

from app import create_app
from app.db import db
from app.dispatch.inbox import store
from app.gateways import GatewaySettings
from app.gateways.named import gateways_of_kind
from app.gateways.smpp_door import Door
from app.gateways.smpp_receipts import body_of, is_readable
from app.gateways.smpp_session import Session
from app.launch.environment_commands import refuse_unconfirmed
from app.settings import WrongSetting

log = logging.getLogger(__name__)

_ENDS_WITHIN_S = 6.0
"""Shorter than a supervisor's patience."""

KIND = "smpp"
LONGEST_SYSTEM_ID, LONGEST_PASSWORD = 15, 8
"""Of SMPP 3.4, 5.2.1 and 5.2.2."""


def run(name: str) -> None:
    """Hold the bind of the gateway with that name until told to stop; what is on its way gets some seconds more.

    An empty name means the only gateway of the kind. Raises `WrongSetting`.
    """
    application = create_app()
    refuse_unconfirmed(application)
    name = name or _only_name(application.config)
    settings = GatewaySettings.of(application.config, name, KIND)
    require(settings)
    asyncio.run(_serve(application, settings))


def _only_name(settings: Mapping[str, Any]) -> str:
    found = gateways_of_kind(KIND, settings)
    if len(found) != 1:
        raise WrongSetting(f"VARSEL_GATEWAYS names {len(found)} gateways of the kind {KIND}: say which one is meant.")
    return found[0]


def require(settings: GatewaySettings) -> None:
    """Raise `WrongSetting` where no SMSC could be bound to with these."""
    if not settings.smpp_host:
        raise WrongSetting("Set VARSEL_SMPP_HOST to the SMSC that is to be bound to.")
    if len(settings.smpp_system_id) > LONGEST_SYSTEM_ID or len(settings.smpp_password) > LONGEST_PASSWORD:
        raise WrongSetting(
            f"SMPP 3.4 allows at most {LONGEST_SYSTEM_ID} characters in VARSEL_SMPP_SYSTEM_ID "
            f"and {LONGEST_PASSWORD} in VARSEL_SMPP_PASSWORD."
        )


async def _serve(application: Flask, settings: GatewaySettings) -> None:
    session = Session(settings, lambda receipts: keep(application, settings, receipts))
    door = Door(settings.smpp_door, settings.secret_key, session)
    await _open(door, settings.smpp_door)
    binding = asyncio.ensure_future(session.run())
    told_to_stop = _told_to_stop()
    await asyncio.wait((binding, told_to_stop), return_when=asyncio.FIRST_COMPLETED)
    await door.close(_ENDS_WITHIN_S)
    await session.say_farewell()
    binding.cancel()
    with suppress(asyncio.CancelledError):
        await binding


async def _open(door: Door, address: str) -> None:
    try:
        await door.open()
    except (OSError, ValueError) as fault:
        raise WrongSetting(f"Nobody can listen at {address}, as VARSEL_SMPP_DOOR says: {fault}.") from None


def _told_to_stop() -> asyncio.Future[None]:
    loop = asyncio.get_running_loop()
    told: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if not told.done():
            told.set_result(None)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    return told


def keep(application: Flask, settings: GatewaySettings, receipts: Sequence[bytes]) -> None:
    """Store receipts in the inbox; one that cannot be read stands alone, so that it holds up no other."""
    readable = [octets for octets in receipts if is_readable(octets)]
    with application.app_context():
        for bundle in (readable, *([octets] for octets in receipts if not is_readable(octets))):
            if bundle:
                store(settings.name, body_of(bundle, settings.smpp_receipt_ids), len(bundle))
        db.session.commit()
