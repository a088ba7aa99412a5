"""Who is at the desk, as all rooms may rely on it; the accounts room says who that is."""

from typing import Protocol, cast

from flask_login import current_user


class Someone(Protocol):
    """Somebody who has signed in, or a stranger."""

    @property
    def is_authenticated(self) -> bool:
        """True for somebody who has signed in."""
        ...

    @property
    def name(self) -> str:
        """What the person is called on the page."""
        ...

    def has_role(self, name: str) -> bool:
        """Tell whether the person has one of `access.ROLES`."""
        ...

    def get_id(self) -> str | None:
        """Give what tells this person from others; None for a stranger."""
        ...


def at_desk() -> Someone:
    """Give the person whom this request comes from."""
    return cast("Someone", current_user)
