"""The failure inbox: failures that nobody has resolved, grouped by cause, kept by triggers and never counted."""
