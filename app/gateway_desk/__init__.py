"""The gateways as administrators steer them, and as all workers share them: who carries what, how each fares, limits.

Imports `accounts`, `audit`, `gateways` and floors below.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    from app.gateway_desk import views

    views.install(app)
