"""E-mail that Varsel itself writes to the people at the desk and to contacts: kept as rows, sent by a job, each once.

Imports `accounts`, `audit` and floors below.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Open the page and put it on the menu."""
    from app.system_email import views

    views.install(app)
