"""What must be settled before a shipment starts: its condition, an https address that is asked, and whose turn it is.

Imports `shipments`, `web` and what is below them.
"""
