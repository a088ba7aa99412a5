"""What we do about an outcome where an administrator has decided otherwise than the register, and numbers to send from.

Imports what `app.country_rules` may import: `accounts`, `audit` and below.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Open the pages and put them on the menu."""
    from app.country_rules.policies import views

    views.install(app)
