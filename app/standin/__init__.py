"""A gateway to talk to where no real one is: LINK's protocol, SMTP, and a page of phones and mailboxes.

A process of its own that knows nothing of the rest: it imports nothing from the other rooms and sees no database.
Everything it holds is test data in memory, and gone when it ends.
"""

from app.standin.desk import StandinSettings
from app.standin.process import Standin, main

__all__ = ["Standin", "StandinSettings", "main"]
