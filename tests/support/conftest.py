"""The same people and orders as those of the follow pages."""

from tests.follow.conftest import (
    administrator,
    change,
    desk,
    other_sender,
    place,
    sender,
    signed_in,
    statements,
    support,
)

__all__ = [
    "administrator",
    "change",
    "desk",
    "other_sender",
    "place",
    "sender",
    "signed_in",
    "statements",
    "support",
]
