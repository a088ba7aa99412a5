"""How the sending goes, day by day: figures kept apart from the notifications that they speak of, and outliving them.
Imports everything below; nothing imports it but the roof."""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages."""
    from app.insight import views

    views.install(app)
