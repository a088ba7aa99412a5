"""Templates: texts that a service owner keeps, with their versions. Imports `accounts`, `audit` and floors below."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    from app.texts import views

    views.install(app)
