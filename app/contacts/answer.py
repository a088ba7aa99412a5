"""What a register answers about a person or an organisation, and the contract that every register keeps."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Protocol

import msgspec


class Standing(IntEnum):
    """What the register knows of somebody at all."""

    FOUND = 1
    NOT_FOUND = 2
    DECEASED = 3
    """Deceased, or deleted from the register; of an organisation: dissolved."""
    NO_CONTACT_POINT = 4


class Answer(msgspec.Struct, frozen=True, gc=False):
    """One register's answer about one number; addresses are usable as they stand: E.164, and parsed e-mail.

    A struct, as there is one for each of perhaps a million persons, and it is made ten times as fast as a dataclass.
    """

    standing: Standing
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    email_confirmed_at: datetime | None = None
    """When the person last changed or confirmed it; null where the register does not ask for confirmation."""
    phone_confirmed_at: datetime | None = None
    is_reserved: bool = False
    language: str = ""
    name: str = ""


NOT_FOUND = Answer(Standing.NOT_FOUND)


class RegisterDown(Exception):
    """A register does not answer, or not now: nothing is known, and it is asked again later."""

    def __init__(self, register: str, why: str) -> None:
        super().__init__(f"{register}: {why}")
        self.register = register
        self.why = why


class Register(Protocol):
    """Answers about numbers of one kind; every number that was asked for has an answer."""

    @property
    def name(self) -> str:
        """The code by which answers say where they come from."""

    @property
    def batch_size(self) -> int:
        """How many numbers it takes at once."""

    @property
    def needs_session(self) -> bool:
        """Whether it reads our own database, and so must be asked in the thread that has the session."""

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, Answer]:
        """Answer for each of at most `batch_size` numbers; raise `RegisterDown`."""
