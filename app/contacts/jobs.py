"""The queue's door: forgetting what registers answered more than ten minutes ago."""

from app.contacts import keeping
from app.db import db


def forget_answers() -> None:
    """Delete answers that are too old to be used."""
    while keeping.forget_stale():
        db.session.commit()
    db.session.rollback()
