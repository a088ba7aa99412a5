"""What a notification costs to each country. Imports `audit`, `web`, `db`, `messaging`."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    from app.prices import views

    app.register_blueprint(views.bp)
    views.add_to_menu()
