"""Persons' and organisations' contact points from their registers, kept for ten minutes, and the embedded register.

Imports `accounts`, `audit` and floors below.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages of the embedded register and put them on the menu."""
    from app.contacts import views

    views.install(app)
