"""One notification's whole story: what happened to it and when, and what stands beside it."""
