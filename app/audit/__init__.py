"""Who did what, when, to what. Imports `web` and `db`, and `accounts` for names; every room that changes something
records it here."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the administrators' page and put it on the menu."""
    from app.audit import views

    app.register_blueprint(views.bp)
    views.add_to_menu()
