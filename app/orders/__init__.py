"""What was asked: compose, recipients, check, place, follow.

Imports `shipments`, `prices`, `accounts`, `audit`, `intake` and below.
"""
