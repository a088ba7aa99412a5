"""One box for everything: what a text may be, and what is found by it across service owners."""
