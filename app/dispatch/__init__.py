"""Out and back: start, claim, hand over, settle; reports; sweep. Imports `orders` and what is below it."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the door for the gateways' delivery reports, which come without a form's token."""
    from app.dispatch.views import gateway_reports
    from app.web.forms import csrf

    csrf.exempt(gateway_reports)
    app.register_blueprint(gateway_reports)
