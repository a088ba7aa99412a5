"""A gateway that fails repeatedly is left alone for a while, then tried with a few messages, and used again or left."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum

from app.gateways.contract import Accepted, Outcome, Refused, RefusedForNow, Uncertain

OPENS_AT = 3
"""So many hand-overs that fail one after the other."""

MANY_IN_DOUBT = 10
"""One hand-over that leaves more messages than these uncertain is enough: each more would do the same."""

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 600.0

TRIAL = 5
"""Messages of a trial."""

TRIAL_LASTS = timedelta(minutes=3)
"""After so long a trial that nobody has told the end of is made again: its worker has died."""


class State(IntEnum):
    """Whether a gateway is used."""

    CLOSED = 1
    """It is: as in electricity, a closed breaker lets through."""
    OPEN = 2
    TRYING = 3


@dataclass(frozen=True, slots=True)
class Breaker:
    """How a gateway has fared of late."""

    state: State = State.CLOSED
    failures: int = 0
    openings: int = 0
    """How often it has opened since it last closed."""
    until: datetime | None = None
    """When it may be tried, or tried once more."""

    @property
    def is_at_rest(self) -> bool:
        """Whether a success says nothing new."""
        return self == Breaker()

    def may_be_tried(self, now: datetime) -> bool:
        """Whether the pause is over, or a trial has had no end."""
        return self.state is not State.CLOSED and self.until is not None and self.until <= now

    def tried(self, now: datetime) -> "Breaker":
        """The breaker while a few messages are on their way."""
        return replace(self, state=State.TRYING, until=now + TRIAL_LASTS)

    def failed(self, now: datetime, weight: int, wish_s: float, jitter: float) -> "Breaker":
        """The breaker after a hand-over that failed; `jitter` is a factor about 1, `wish_s` the gateway's own wish."""
        if self.state is State.OPEN:
            return self
        if self.state is State.CLOSED and self.failures + weight < OPENS_AT:
            return replace(self, failures=self.failures + weight)
        pause_s = min(FIRST_PAUSE_S * 2.0 ** min(self.openings, 16), LONGEST_PAUSE_S) * jitter
        until = now + timedelta(seconds=max(pause_s, wish_s))
        return Breaker(State.OPEN, self.failures + weight, self.openings + 1, until)

    def succeeded(self) -> "Breaker":
        """The breaker after a hand-over that went well; what was under way when it opened does not close it."""
        return self if self.state is State.OPEN else Breaker()


@dataclass(frozen=True, slots=True)
class Health:
    """What the outcomes of one hand-over say of the gateway; a weight of 0 means that it works."""

    weight: int
    wish_s: float = 0.0
    words: str = ""


def health_of(outcomes: list[Outcome]) -> Health:
    """Tell the gateway's trouble from its messages': it failed where most outcomes are neither yes nor no."""
    troubles = [outcome for outcome in outcomes if _is_trouble(outcome)]
    if 2 * len(troubles) <= len(outcomes):
        return Health(0)
    in_doubt = sum(isinstance(outcome, Uncertain) for outcome in troubles)
    wishes = [outcome.retry_after_s or 0.0 for outcome in troubles if isinstance(outcome, RefusedForNow)]
    weight = OPENS_AT if in_doubt > MANY_IN_DOUBT else 1
    return Health(weight, max(wishes, default=0.0), troubles[-1].words)


def _is_trouble(outcome: Outcome) -> bool:
    match outcome:
        case Accepted() | Refused():
            return False
        case RefusedForNow(of_message=of_message):
            return not of_message
        case Uncertain():
            return True
