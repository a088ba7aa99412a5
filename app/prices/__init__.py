"""What a notification costs to each country. Imports `accounts`, `audit`, `web`, `db`, `messaging`."""
