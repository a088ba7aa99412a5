"""The gateways as administrators steer them, and as all workers share them: who carries what, how each fares, limits.

Imports `accounts`, `audit`, `gateways` and floors below.
"""
