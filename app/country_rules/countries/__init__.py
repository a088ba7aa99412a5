"""Country pages: the list and map, each country with its rules, what if, own rules, and what administrators must know.

Imports what `app.country_rules` may import, the registrations of `sender_ids`, and who carries an SMS of
`gateway_desk`.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages, put them on the menu and their notices on the front page."""
    from app.country_rules.countries import notices, views

    views.install(app)
    notices.install()
