"""Who did what, when, to what. Imports `db`; every room that changes something imports it."""
