"""What was asked: compose, recipients, check, place, follow.

Imports `shipments`, `prices`, `accounts`, `audit`, `intake` and below.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages of drafts and of placed orders."""
    from app.orders import follow, views

    views.install(app)
    follow.install(app)
