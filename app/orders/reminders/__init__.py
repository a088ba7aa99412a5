"""Reminders: further shipments of an order, composed on its draft, each with its own texts, time and recipients."""
