"""What a country does to an SMS: a register of rules with sources and dates, and the engine that applies it.

`engine`, `verdicts`, `register`, `senders`, `protected` and what they stand on are pure: of ours they import only
`messaging`.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Refuse to start on a bad file of rules or names, and open the pages of countries and policies."""
    from app.country_rules import countries, policies
    from app.country_rules.protected import protected_names
    from app.country_rules.register import standing_register

    standing_register()
    protected_names()
    countries.install(app)
    policies.install(app)
