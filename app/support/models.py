"""The tables of the room, each in the part of it that keeps them."""

from app.support.reveals.models import Reveal

__all__ = ["Reveal"]
