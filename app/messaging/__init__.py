"""The trade: addresses, segments, templates, links, times and senders. Pure Python; imports nothing else of ours."""
