"""The way out: shipments, notifications, attempts, delivery reports, and the questions asked of them.

Imports `web`, `db`, `messaging`.
"""
