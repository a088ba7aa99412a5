"""The numbers by which every outcome can be rehearsed, each to be copied."""

from flask import render_template

from app.allow_list.views import bp
from app.gateways.simulator import MAGIC_NUMBERS
from app.messaging.status import WORDING
from app.web.access import signed_in


def open_pages() -> None:
    """The pages are open once this module is imported."""


@bp.get("/magic-numbers")
@signed_in
def magic_numbers() -> str:
    """List the magic numbers."""
    return render_template("allow_list/magic_numbers.html", numbers=MAGIC_NUMBERS, WORDING=WORDING)
