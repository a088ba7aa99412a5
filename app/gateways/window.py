"""Several requests under way at once, so that a distant gateway's delay is paid once and not once per request."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from app.gateways.contract import Message, Outcome, PromisedReports, Uncertain

HandOver = Callable[[Sequence[Message]], list[Outcome]]

log = logging.getLogger(__name__)


class Window:
    """Hands over slices with at most `width` under way; its threads start with the first use, hence after any fork."""

    def __init__(self, width: int, name: str) -> None:
        self.width = width
        self._name = name
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def hand_over(self, deed: HandOver, slices: Sequence[Sequence[Message]]) -> list[list[Outcome]]:
        """The outcomes of `deed` for every slice, in order."""
        if len(slices) == 1 or self.width == 1:
            return [_guarded(deed, messages) for messages in slices]
        return list(self._started().map(lambda messages: _guarded(deed, messages), slices))

    def close(self) -> None:
        """End the threads, after what they have under way."""
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown()

    def _started(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self.width, thread_name_prefix=self._name)
            return self._threads


class Windowed(ABC):
    """What gateways have in common that take several requests at once."""

    def __init__(self, name: str, width: int) -> None:
        self.name = name
        self._window = Window(width, name)

    @property
    def window(self) -> int:
        """How many requests are under way at once at most."""
        return self._window.width

    def submit(self, slices: Sequence[Sequence[Message]]) -> list[list[Outcome]]:
        """Each slice as one request."""
        return self._window.hand_over(self._hand_over, slices)

    def promised_reports(
        self, messages: Sequence[Message], outcomes: Sequence[Outcome], now: datetime
    ) -> list[PromisedReports]:
        """None, unless a gateway says otherwise: it sends its own."""
        return []

    def close(self) -> None:
        """End the threads."""
        self._window.close()

    @abstractmethod
    def _hand_over(self, messages: Sequence[Message]) -> list[Outcome]:
        """Hand over one slice, on a thread of its own; one outcome per message in the same order."""


def _guarded(deed: HandOver, messages: Sequence[Message]) -> list[Outcome]:
    """A fault of ours in one slice must neither lose the answers to the others nor pass for "not sent"."""
    try:
        return deed(messages)
    except Exception as fault:
        # The fault's own text may quote an address or a message, so only its kind is told.
        log.error("A hand-over of %d messages broke off with %s.", len(messages), type(fault).__name__)
        return [Uncertain(f"The hand-over broke off in our own program ({type(fault).__name__}).")] * len(messages)
