"""The page of all statuses and reasons: what each means, what to do, and who can."""

from flask import render_template
from flask_babel import lazy_gettext

from app.messaging.reasons import COUNTRY_RULE, REASONS, reason_of
from app.messaging.status import SHIPMENT_WORDING, WORDING
from app.support.views import bp
from app.support.words import owner
from app.web.access import signed_in

GROUPS = (
    (lazy_gettext("SMS"), [status for status in WORDING if status.name.startswith("SMS")]),
    (lazy_gettext("E-mail"), [status for status in WORDING if status.name.startswith("EMAIL")]),
    (lazy_gettext("Shipments"), list(SHIPMENT_WORDING)),
)


@bp.get("/statuses")
@signed_in
def statuses() -> str:
    """List every status and every reason with its words."""
    reasons = {**REASONS, f"{COUNTRY_RULE}…": reason_of(COUNTRY_RULE)}
    return render_template("support/statuses.html", groups=GROUPS, reasons=reasons, owner=owner)
