"""What administrators keep current: rules of their own, and on which day a country's rules were last verified.

Imports `accounts`, `audit`, `web`, `db` and the pure part of `country_rules`.
"""
