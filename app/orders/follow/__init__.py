"""Following placed orders: the list, an order's live page, one notification, cancelling, downloading results.

Imports what `app.orders` may import.
"""
