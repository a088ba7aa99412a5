"""The tables of the room, each in the part of it that keeps them."""

from app.support.care.models import NotificationCare, NotificationFollow, NotificationNote
from app.support.failures.models import (
    DeskFollow,
    DeskNote,
    Failure,
    FailureCount,
    FailureGroup,
    FailureInflow,
    Incident,
)
from app.support.remedies.models import Remedy, RemedyLine
from app.support.reveals.models import Reveal

__all__ = [
    "DeskFollow",
    "DeskNote",
    "Failure",
    "FailureCount",
    "FailureGroup",
    "FailureInflow",
    "Incident",
    "NotificationCare",
    "NotificationFollow",
    "NotificationNote",
    "Remedy",
    "RemedyLine",
    "Reveal",
]
