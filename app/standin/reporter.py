"""Delivery reports on their way to the webhook: when they are due, many in one post, again until it says 200."""

import heapq
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import NamedTuple
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import urllib3

from app.standin.shelf import Shelf, Told

OSLO = ZoneInfo("Europe/Oslo")
POST_TIMEOUT_S = 10.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
MOST_TRIES = 50
_TAKEN = frozenset({"200", "204"})
MOST_WAITING = 5_000_000
"""Reports kept at most while the webhook is down; beyond it the newest are dropped and counted."""


class ReportRow(NamedTuple):
    """One report: about which message on the shelf, by which reference, to which number, with which state."""

    number: int
    reference: str
    receiver: str
    state: str


@dataclass(order=True, slots=True)
class _Bundle:
    due: float
    turn: int
    rows: list[ReportRow] = field(compare=False)
    tries: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """What became of the reports so far; `failed_posts` are posts that got anything but a 200."""

    waiting: int
    posted: int
    failed_posts: int
    given_up: int
    held: bool


class Reporter:
    """Posts reports with a few threads; without a URL nothing is posted and everything counts as given up."""

    content_type = "application/xml; charset=ISO-8859-1"

    def __init__(self, shelf: Shelf, url: str, user: str, password: str, per_post: int, threads: int = 2) -> None:
        self._shelf = shelf
        self._url = url
        self._per_post = per_post
        self._headers = {
            "Content-Type": self.content_type,
            **urllib3.make_headers(basic_auth=f"{user}:{password}"),
        }
        self._pool = urllib3.PoolManager(maxsize=threads, retries=False, timeout=urllib3.Timeout(POST_TIMEOUT_S))
        self._changed = threading.Condition()
        self._turns = count()
        self._stopping = False
        self._threads = [threading.Thread(target=self._work, name="reports", daemon=True) for _ in range(threads)]
        self.forget()

    def start(self) -> None:
        """Begin to post."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads; what waits is lost."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(POST_TIMEOUT_S + 1)

    def forget(self) -> None:
        """Drop what waits, let go of what is held, and count from nothing."""
        with self._changed:
            self._bundles: list[_Bundle] = []
            self._waiting = self._posted = self._failed_posts = self._given_up = 0
            self._held = False

    def hold(self, held: bool) -> None:
        """Keep every report back, or let go of all that are due."""
        with self._changed:
            self._held = held
            self._changed.notify_all()

    def promise(self, rows: list[ReportRow], delay_s: float) -> None:
        """Post these reports after so many seconds."""
        with self._changed:
            if not self._url or self._waiting + len(rows) > MOST_WAITING:
                self._given_up += len(rows)
                return
            self._push(_Bundle(time.monotonic() + delay_s, next(self._turns), rows))

    def post_now(self, rows: list[ReportRow]) -> None:
        """Post these reports before returning; what fails or is held waits with the others."""
        bundle = _Bundle(time.monotonic(), next(self._turns), rows)
        if self._url and not self._held:
            self._deliver(bundle)
        else:
            self.promise(rows, 0)

    def counts(self) -> ReportCounts:
        """What became of the reports so far."""
        with self._changed:
            return ReportCounts(self._waiting, self._posted, self._failed_posts, self._given_up, self._held)

    def body_of(self, rows: Sequence[ReportRow]) -> bytes:
        """One post."""
        return written(rows)

    def _work(self) -> None:
        while (bundle := self._next()) is not None:
            self._deliver(bundle)

    def _next(self) -> _Bundle | None:
        """The reports that are due, as many as fit into one post; `None` when it is time to stop."""
        with self._changed:
            while not self._stopping:
                pause = self._pause()
                if pause is not None and pause <= 0:
                    return self._collected()
                self._changed.wait(pause)
            return None

    def _pause(self) -> float | None:
        if self._held or not self._bundles:
            return None
        return self._bundles[0].due - time.monotonic()

    def _collected(self) -> _Bundle:
        bundle = self._pop()
        now = time.monotonic()
        while self._bundles and self._bundles[0].due <= now and self._fits(bundle, self._bundles[0]):
            more = self._pop()
            bundle = _Bundle(bundle.due, bundle.turn, bundle.rows + more.rows, max(bundle.tries, more.tries))
        return bundle

    def _fits(self, bundle: _Bundle, more: _Bundle) -> bool:
        return len(bundle.rows) + len(more.rows) <= self._per_post

    def _push(self, bundle: _Bundle) -> None:
        heapq.heappush(self._bundles, bundle)
        self._waiting += len(bundle.rows)
        self._changed.notify()

    def _pop(self) -> _Bundle:
        bundle = heapq.heappop(self._bundles)
        self._waiting -= len(bundle.rows)
        return bundle

    def _deliver(self, bundle: _Bundle) -> None:
        answer = self._posted_with(bundle.rows)
        self._note(bundle.rows, answer)
        with self._changed:
            if answer in _TAKEN:
                self._posted += len(bundle.rows)
                return
            self._failed_posts += 1
            if bundle.tries + 1 >= MOST_TRIES:
                self._given_up += len(bundle.rows)
                return
            pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**bundle.tries)
            self._push(_Bundle(time.monotonic() + pause, next(self._turns), bundle.rows, bundle.tries + 1))

    def _posted_with(self, rows: Sequence[ReportRow]) -> str:
        try:
            response = self._pool.request("POST", self._url, body=self.body_of(rows), headers=self._headers)
        except (urllib3.exceptions.HTTPError, ValueError) as fault:
            return type(fault).__name__
        return str(response.status)

    def _note(self, rows: Sequence[ReportRow], answer: str) -> None:
        now = time.time()
        for row in rows:
            self._shelf.note_report(row.number, Told(row.state, now, answer))


def written(rows: Sequence[ReportRow]) -> bytes:
    """The body of one post, as LINK writes it; the times are Norwegian and carry no zone."""
    at = datetime.now(OSLO).strftime("%Y.%m.%d %H:%M:%S")
    messages = "".join(
        f"<MSG><ID>{number}</ID><REF>{row.reference}</REF><RCV>{escape(row.receiver)}</RCV>"
        f"<STATE>{escape(row.state)}</STATE><DELIVERYTIME>{at}</DELIVERYTIME></MSG>"
        for number, row in enumerate(rows, 1)
    )
    document = (
        '<?xml version="1.0" encoding="ISO-8859-1"?>'
        f'<!DOCTYPE MSGLST SYSTEM "pswincom_report_request.dtd"><MSGLST>{messages}</MSGLST>'
    )
    return document.encode("iso-8859-1", "xmlcharrefreplace")
