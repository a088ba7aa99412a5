"""What we may call ourselves, per country: registrations of sender IDs, carried from a draft to their end.

Imports `accounts`, `audit`, `system_email`, `shipments`, `country_rules` and floors below.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages, put them on the menu, and tell administrators on their front page what ends."""
    from app.sender_ids import views

    views.install(app)
