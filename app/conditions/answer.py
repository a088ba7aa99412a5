"""What comes of asking a condition, and the addresses that may be written for one."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 2_000
"""Characters."""


class Answer(StrEnum):
    """What a condition answered; all but the first two are no clear answer, and say why."""

    YES = "yes"
    NO = "no"
    NO_NAME = "no_name"
    REFUSED_ADDRESS = "refused_address"
    NO_CONNECTION = "no_connection"
    NOT_TRUSTED = "not_trusted"
    TOO_SLOW = "too_slow"
    CUT = "cut"
    REDIRECT = "redirect"
    BAD_STATUS = "bad_status"
    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    NO_BOOLEAN = "no_boolean"

    @property
    def is_clear(self) -> bool:
        """Whether it says to send or not to."""
        return self in (Answer.YES, Answer.NO)


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking, with the status of the HTTP answer where there was one."""

    answer: Answer
    http_status: int | None = None


class InvalidUrl(ValueError):
    """A condition that cannot be asked; its words say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def check_url(url: str) -> SplitResult:
    """Read the address of a condition; raise InvalidUrl where it can never be asked."""
    if len(url) > LONGEST_URL:
        raise InvalidUrl("Use an address of at most 2,000 characters.")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidUrl("Write the address in plain letters, without blanks: others must be encoded.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise InvalidUrl("This is not the address of a server.") from None
    if parts.scheme != "https":
        raise InvalidUrl("Write an address that begins with https://.")
    if not host:
        raise InvalidUrl("This is not the address of a server.")
    if parts.username is not None or parts.password is not None:
        raise InvalidUrl("Leave the user name and the password out of the address.")
    if parts.fragment:
        raise InvalidUrl("Leave out what begins with #: it is never sent.")
    return parts
