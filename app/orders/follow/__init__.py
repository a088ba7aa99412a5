"""Following placed orders: the list, an order's live page, cancelling, downloading results.

Imports what `app.orders` may import.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages of placed orders."""
    from app.orders.follow import views

    views.install(app)
