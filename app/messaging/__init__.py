"""The trade: addresses, segments, templates, times and senders. Pure Python; imports nothing else of ours."""
