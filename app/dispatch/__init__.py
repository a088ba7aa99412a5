"""Out and back: start, claim, hand over, settle; reports; sweep. Imports `orders` and what is below it."""

from flask import Flask

from app.gateway_desk import work


def install(app: Flask) -> None:
    """Open the door for the gateways' delivery reports, which come without a form's token; answer for the gateways."""
    from app.dispatch import waiting
    from app.dispatch.dead_reports import views as dead_reports
    from app.dispatch.stopped import views as stopped
    from app.dispatch.views import gateway_reports
    from app.web.forms import csrf

    work.answered_by(waiting.by_gateway, waiting.of_shipment)
    csrf.exempt(gateway_reports)
    app.register_blueprint(gateway_reports)
    dead_reports.install(app)
    stopped.install(app)
