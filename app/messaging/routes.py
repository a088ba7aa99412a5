"""Why a notification took the route it took: codes that are stored beside it, and the words for them."""

from enum import IntEnum


class RouteReason(IntEnum):
    """Why a notification goes to the real gateway or to the simulator; decided anew at every hand-over."""

    PRODUCTION = 1
    EMAIL = 2
    LISTED = 3
    NOT_LISTED = 4
    EXPIRED = 5
    REVOKED = 6
    NOT_YET = 7


WORDS: dict[RouteReason, str] = {
    RouteReason.PRODUCTION: "production",
    RouteReason.EMAIL: "e-mail is always real",
    RouteReason.LISTED: "allow-listed until %(day)s",
    RouteReason.NOT_LISTED: "not on the allow-list",
    RouteReason.EXPIRED: "expired on %(day)s",
    RouteReason.REVOKED: "revoked on %(day)s",
    RouteReason.NOT_YET: "allow-listed from %(day)s",
}
"""What each says at the desk; `day` is the day in Norway of the moment stored with it."""
