"""Uncovering one notification for a quarter of an hour: with a reason, and written down."""
