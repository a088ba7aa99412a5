"""E-mail that Varsel itself writes to the people at the desk and to contacts: kept as rows, sent by a job, each once.

Imports `accounts`, `audit` and floors below.
"""
