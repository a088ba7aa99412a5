"""What went wrong, and what became of a notification: its whole story, and the desk that finds and mends. Imports
everything below; nothing imports it but the roof."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages."""
    from app.support import views

    views.install(app)
