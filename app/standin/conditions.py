"""Conditions that can be asked: what each answers is told by the control or on a page, and who asked is counted."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

MOST_BYTES = 1024 * 1024
_KEY = re.compile(r"[a-z0-9-]{1,40}")

conditions = Blueprint("conditions", __name__, url_prefix="/conditions")


@dataclass(frozen=True, slots=True)
class Told:
    """How a condition answers; `send` of None says nothing clear, `body` takes the place of the usual JSON."""

    send: bool | None = True
    status: int = 200
    location: str = ""
    body: str | None = None
    slow_s: float = 0.0
    times: int = -1
    """For so many askings, and then with yes; -1 is until told otherwise."""


@dataclass(slots=True)
class Conditions:
    """What was told of each condition, and how often it was asked."""

    told: dict[str, Told] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    url: str = ""
    """Where they are asked; empty where nothing listens for TLS."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Back to conditions that all say yes and were never asked."""
        with self.lock:
            self.told.clear()
            self.asked.clear()

    def tell(self, key: str, told: Told) -> None:
        """Answer so from now on."""
        if not _KEY.fullmatch(key):
            raise ValueError("A condition's name is of small letters, digits and hyphens.")
        with self.lock:
            self.told[key] = told

    def ask(self, key: str) -> Told:
        """How this asking is answered; it is counted."""
        with self.lock:
            self.asked[key] = self.asked.get(key, 0) + 1
            told = self.told.get(key, Told())
            if told.times == 0:
                return Told()
            if told.times > 0:
                self.told[key] = replace(told, times=told.times - 1)
            return told


def told_of(given: Mapping[str, Any]) -> Told:
    """The behaviour in words of JSON, by the names of `Told`; raises `TypeError`."""
    return Told(**given)


def shelf() -> Conditions:
    """The conditions of the stand-in that this application belongs to."""
    found: Conditions = current_app.extensions["standin"].conditions
    return found


@conditions.get("/")
def overview() -> str:
    """All conditions, and a form that sets what one answers."""
    found = shelf()
    names = sorted(found.told.keys() | found.asked.keys() | {"example"})
    return render_template("standin/conditions.html", names=names, conditions=found, usual=Told())


@conditions.post("/")
def choose() -> ResponseReturnValue:
    """Let a condition answer yes, no, or nothing clear."""
    answers = {"yes": Told(True), "no": Told(False), "unclear": Told(None, status=503)}
    try:
        shelf().tell(request.form.get("name", ""), answers[request.form.get("answer", "")])
    except (KeyError, ValueError):
        abort(400)
    return redirect(url_for("conditions.overview"), 303)


@conditions.get("/<key>")
def ask(key: str) -> Response:
    """Answer as was told, with yes where nothing was."""
    if not _KEY.fullmatch(key):
        abort(404)
    told = shelf().ask(key)
    current_app.extensions["standin"].stall(told.slow_s)
    if told.body is not None:
        answer = Response(told.body[:MOST_BYTES], mimetype="application/json")
    else:
        answer = jsonify({} if told.send is None else {"sendNotification": told.send})
    answer.status_code = told.status
    if told.location:
        answer.headers["Location"] = told.location
    return answer
