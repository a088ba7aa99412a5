"""Who cares for a single notification: assigned to a colleague, noted on, followed until it is final."""
