"""Which numbers get a real SMS in the test environment. Imports `accounts`, `audit`, `shipments` and floors below."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    from app.allow_list import views

    views.install(app)
