"""How a status looks on a page: its words and its colour."""

from flask import Flask

from app.messaging.reasons import Wording
from app.messaging.status import SHIPMENT_WORDING, WORDING, ShipmentStatus, Status

_COLORS = {
    "Delivered": "success",
    "Completed": "success",
    "Sending": "info",
    "Accepted": "info",
    "Succeeded": "info",
    "Processing": "info",
    "Processed": "info",
    "SendConditionNotMet": "warning",
}


def wording_of(status: Status | ShipmentStatus) -> Wording:
    """Give the words of a notification's or a shipment's status."""
    return SHIPMENT_WORDING[status] if isinstance(status, ShipmentStatus) else WORDING[status]


def color_of(name: str) -> str:
    """Give the colour of a status by Altinn's name; every failure is `danger`, what is not under way `neutral`."""
    _, _, rest = name.partition("_")
    return "danger" if rest.startswith("Failed") else _COLORS.get(rest, "neutral")


def install(app: Flask) -> None:
    """Make words and colours known to the templates."""
    app.add_template_global(wording_of)
    app.add_template_global(color_of, "status_color")
