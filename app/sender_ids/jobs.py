"""The queue's door: reading traffic, writing down ends, and telling of those to come."""

from app.db import db
from app.sender_ids import ending, traffic


def keep_up() -> None:
    """Read what was sent, then write down what has ended or lapsed, then warn; each step may run twice or late."""
    while traffic.read_stretch():
        db.session.commit()
    db.session.commit()
    ending.write_down_ends()
    db.session.commit()
    ending.post_warnings()
    db.session.commit()
