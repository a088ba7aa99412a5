"""Who is at the desk: service owners, persons, roles, sign-in. Imports `audit`, `web`, `queue`, `db`."""
