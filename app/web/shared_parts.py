"""Rendered parts that many people look at in the same moment, kept by each process for as long as that."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

KEPT_S = 2.0
"""As long as a page waits between its questions: longer would keep what nobody asks for."""

MOST = 200


@dataclass(slots=True)
class SharedParts:
    """At most `MOST` parts, each for `KEPT_S`; safe to use by several threads."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _parts: OrderedDict[str, tuple[float, str]] = field(default_factory=OrderedDict)

    def get(self, key: str) -> str | None:
        """Give the part of that key, if it was kept a moment ago."""
        with self._lock:
            kept_at, part = self._parts.get(key, (0.0, ""))
        return part if part and time.monotonic() - kept_at < KEPT_S else None

    def put(self, key: str, part: str) -> None:
        """Keep a part; the oldest goes when there are too many."""
        with self._lock:
            self._parts[key] = (time.monotonic(), part)
            self._parts.move_to_end(key)
            while len(self._parts) > MOST:
                self._parts.popitem(last=False)
