"""Somebody at the desk who opens pages over HTTP, with cookies and no more."""

import re
import secrets
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import urllib3

from app.accounts import queries, service
from app.accounts.models import ServiceOwner
from app.bench.product import BenchFailed
from app.db import db

EMAIL = "bench@varsel.example"
PASSWORD = secrets.token_urlsafe(16)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """A signed-in administrator who may also send for the bench's service owner."""

    def __init__(self, port: int) -> None:
        self._pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=1)
        self._cookies: dict[str, str] = {}

    def get(self, url: str, **headers: str) -> urllib3.BaseHTTPResponse:
        """Open a page; what it sends to elsewhere is not followed."""
        return self._ask("GET", url, None, headers)

    def post(self, url: str, page: str, **fields: str) -> urllib3.BaseHTTPResponse:
        """Post a form as it stands on a page."""
        found = _TOKEN.search(self.get(page).data.decode())
        if found is None:
            raise BenchFailed(f"{page} has no form.")
        return self._ask("POST", url, urlencode({"csrf_token": found[1], **fields}), _FORM)

    def sign_in(self) -> "Visitor":
        """Sign in through the sign-in page."""
        if self.post("/sign-in", "/sign-in", email=EMAIL, password=PASSWORD).status != 303:
            raise BenchFailed("Nobody could sign in.")
        return self

    @property
    def cookie(self) -> str:
        """The session, as a header."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _ask(self, method: str, url: str, body: str | None, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        told = {**headers, "Cookie": self.cookie}
        answer = self._pool.request(method, url, body=body, headers=told, redirect=False, retries=False)
        for line in answer.headers.getlist("Set-Cookie"):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer


def add_person(service_owner_id: int) -> None:
    """Let the visitor be known; commits."""
    if queries.person_by_email(EMAIL) is None:
        person = service.create_person(EMAIL, "Bench", PASSWORD, administrator=True)
        service.add_membership(person, db.session.get_one(ServiceOwner, service_owner_id))
        db.session.commit()
