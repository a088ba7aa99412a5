"""Delivery reports that could not be applied: seen, replayed, and forgotten when nobody asks for them any more."""
