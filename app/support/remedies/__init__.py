"""Remedies: failures are sent again, moved or closed, by the slice, in the background."""
