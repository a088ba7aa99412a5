"""The registers' side of their HTTP interfaces: Maskinporten, KRR, notification addresses, and the two of names.

Everybody in them is told by the control, or invented where that is told; nobody is known otherwise.
"""

import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import jwt
from flask import Blueprint, Response, current_app, jsonify, request

KRR = "krr"
ADDRESSES = "notification_addresses"
BUSINESS = "business_register"
POPULATION = "population_register"
MASKINPORTEN = "maskinporten"
NAMES = (KRR, ADDRESSES, BUSINESS, POPULATION, MASKINPORTEN)

LONGEST_GRANT_S = 120
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"

registers = Blueprint("registers", __name__)


@dataclass(frozen=True, slots=True)
class Mood:
    """How a register behaves: `status` other than 200 refuses, `drop` cuts the connection, `slow_s` waits first."""

    status: int = 200
    slow_s: float = 0.0
    drop: bool = False
    times: int = -1
    """For so many requests; -1 is until told otherwise."""


@dataclass(slots=True)
class Shelves:
    """What the registers hold, who may ask them, and how often they were asked."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By national identity number or organisation number."""
    moods: dict[str, Mood] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, tuple[float, str]] = field(default_factory=dict)
    """When each ends, on the steady clock, and its scope."""
    public_key: str = ""
    """By which grants must be signed; without one any well-formed grant is taken."""
    token_lasts_s: int = 120
    invents: bool = False
    """Whether a number that nobody told of has an owner all the same."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Back to empty registers that answer."""
        with self.lock:
            for held in (self.people, self.moods, self.requests, self.tokens):
                held.clear()
            self.public_key, self.token_lasts_s, self.invents = "", 120, False

    def mood_for(self, name: str) -> Mood:
        """How the next request is met; it is counted."""
        with self.lock:
            self.requests[name] = self.requests.get(name, 0) + 1
            mood = self.moods.get(name, Mood())
            if mood.times == 0:
                return Mood()
            if mood.times > 0:
                self.moods[name] = Mood(mood.status, mood.slow_s, mood.drop, mood.times - 1)
            return mood

    def of(self, number: str) -> Mapping[str, Any] | None:
        """What is known of a number."""
        known = self.people.get(number)
        return invented(number) if known is None and self.invents else known


def invented(number: str) -> dict[str, Any]:
    """Somebody for a number, the same each time."""
    return {
        "email": f"p{number[2:]}@person.example.no",
        "phone": f"+479{number[4:]}",
        "confirmed_at": "2026-10-01T08:00:00Z",
        "name": f"Test Testesen {number[-3:]}",
    }


def shelves() -> Shelves:
    """The registers of the stand-in that this application belongs to."""
    found: Shelves = current_app.extensions["standin"].registers
    return found


def meets(name: str, scope: str = "") -> Callable[[Callable[[], Response]], Callable[[], Response]]:
    """Meet each request as the register's mood is; with a scope, only those that bring a token of it."""

    def around(answer: Callable[[], Response]) -> Callable[[], Response]:
        @wraps(answer)
        def met() -> Response:
            mood = shelves().mood_for(name)
            current_app.extensions["standin"].stall(mood.slow_s)
            if mood.drop:
                request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            if mood.status != 200:
                return _refused(mood.status, "As told.")
            if scope and not _may_ask(scope):
                return _refused(401, "The token is none of this scope, or has ended.")
            return answer()

        return met

    return around


def _refused(status: int, why: str) -> Response:
    answer = jsonify(error=why)
    answer.status_code = status
    return answer


def _may_ask(scope: str) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    ends, known_scope = shelves().tokens.get(token, (0.0, ""))
    return ends > time.monotonic() and known_scope == scope


@registers.post("/maskinporten/token")
@meets(MASKINPORTEN)
def token() -> Response:
    """Give a token for a grant, by the rules of RFC 7523 and Digdir's profile of it."""
    claims, why = _claims(request.form.get("assertion", ""))
    if request.form.get("grant_type") != GRANT_TYPE or claims is None:
        return _refused(400, why or "unsupported_grant_type")
    held, made = shelves(), secrets.token_urlsafe(24)
    held.tokens[made] = (time.monotonic() + held.token_lasts_s, str(claims["scope"]))
    given = {"access_token": made, "expires_in": held.token_lasts_s, "scope": claims["scope"]}
    return _json({**given, "token_type": "Bearer"})


def _claims(assertion: str) -> tuple[dict[str, Any] | None, str]:
    key = shelves().public_key
    options: Any = {"verify_signature": bool(key), "require": ["aud", "iss", "scope", "iat", "exp"]}
    try:
        audience = f"{request.url_root}maskinporten/"
        claims = jwt.decode(assertion, key, algorithms=["RS256"], audience=audience, options=options)
    except jwt.PyJWTError as fault:
        return None, f"invalid_grant: {type(fault).__name__}"
    if not key:
        return claims, ""
    lasts_s = claims["exp"] - claims["iat"]
    return (claims, "") if 0 < lasts_s <= LONGEST_GRANT_S else (None, "invalid_grant: it lasts too long")


@registers.post("/krr/rest/v2/personer")
@meets(KRR, "krr:global/kontaktinformasjon.read")
def persons() -> Response:
    """KRR's look-up of up to 1,000 persons."""
    numbers = _numbers("personidentifikatorer", 1000)
    if numbers is None:
        return _refused(400, "Ask for 1 to 1,000 persons.")
    held = shelves()
    return _json({"personer": [_krr_person(number, held.of(number)) for number in numbers]})


def _krr_person(number: str, known: Mapping[str, Any] | None) -> dict[str, Any]:
    if known is None:
        return {"personidentifikator": number, "status": "IKKE_REGISTRERT"}
    if known.get("deleted"):
        return {"personidentifikator": number, "status": "SLETTET"}
    points: dict[str, Any] = {}
    for name, written in (("epostadresse", known.get("email")), ("mobiltelefonnummer", known.get("phone"))):
        if written:
            points[name] = written
            points[f"{name}_oppdatert"] = known.get("changed_at", "2020-01-01T00:00:00Z")
            points[f"{name}_sist_verifisert"] = known.get("confirmed_at")
    return {
        "personidentifikator": number,
        "reservasjon": "JA" if known.get("reserved") else "NEI",
        "status": "AKTIV",
        "varslingsstatus": "KAN_VARSLES" if points and not known.get("reserved") else "KAN_IKKE_VARSLES",
        "kontaktinformasjon": points,
        "spraak": known.get("language", "nb"),
    }


@registers.post("/altinn/profile/api/v1/organizations/notificationaddresses/lookup")
@meets(ADDRESSES, "altinn:profile/notificationaddresses.read")
def organisations() -> Response:
    """The notification addresses of organisations; those without any are left out, as Altinn does."""
    numbers = _numbers("organizationNumbers", 1000)
    if numbers is None:
        return _refused(400, "Ask for at least one organisation.")
    held = shelves()
    found = [(number, held.of(number)) for number in numbers]
    return _json({"contactPointsList": [_points(number, known) for number, known in found if known is not None]})


def _points(number: str, known: Mapping[str, Any]) -> dict[str, Any]:
    emails = known.get("emails", [known["email"]] if known.get("email") else [])
    phones = known.get("phones", [known["phone"]] if known.get("phone") else [])
    return {"organizationNumber": number, "partyId": 0, "emailList": emails, "mobileNumberList": phones}


@registers.get("/brreg/enhetsregisteret/api/enheter")
@meets(BUSINESS)
def units() -> Response:
    """Units by their numbers, a page of them."""
    return _units("enheter", is_sub_unit=False)


@registers.get("/brreg/enhetsregisteret/api/underenheter")
@meets(BUSINESS)
def sub_units() -> Response:
    """Sub-units by their numbers, a page of them."""
    return _units("underenheter", is_sub_unit=True)


def _units(name: str, *, is_sub_unit: bool) -> Response:
    numbers = [number for number in request.args.get("organisasjonsnummer", "").split(",") if number]
    found = [(number, shelves().of(number)) for number in numbers[: request.args.get("size", 20, int)]]
    rows = [_unit(number, one) for number, one in found if one is not None and bool(one.get("sub_unit")) == is_sub_unit]
    return _json({"_embedded": {name: rows}} if rows else {"page": {"totalElements": 0}})


def _unit(number: str, known: Mapping[str, Any]) -> dict[str, Any]:
    unit = {"organisasjonsnummer": number, "navn": known.get("name", "")}
    return {**unit, "slettedato": "2024-01-31"} if known.get("deleted") else unit


@registers.post("/folkeregisteret/folkeregisteret/offentlig-uten-hjemmel/api/v1/personer/bulkoppslag")
@meets(POPULATION, "folkeregister:deling/offentligutenhjemmel")
def names() -> Response:
    """The population register's look-up of many persons: names and status."""
    numbers = _numbers("foedselsEllerDNummer", 1000)
    if numbers is None:
        return _refused(400, "Ask for 1 to 1,000 persons.")
    held = shelves()
    return _json({"oppslag": [{"foedselsEllerDNummer": n, **_registered(held.of(n))} for n in numbers]})


def _registered(known: Mapping[str, Any] | None) -> dict[str, Any]:
    if known is None:
        return {}
    first, _, last = str(known.get("name", "")).rpartition(" ")
    status = "doed" if known.get("dead") else "bosatt"
    now = {"erGjeldende": True}
    before = {"fornavn": "Gammel", "etternavn": "Navnesen", "erGjeldende": False}
    return {
        "folkeregisterperson": {
            "navn": [before, {"fornavn": first, "etternavn": last, **now}],
            "status": [{"status": status, **now}],
        }
    }


def _numbers(name: str, most: int) -> list[str] | None:
    asked = request.get_json(silent=True)
    numbers = asked.get(name) if isinstance(asked, dict) else None
    return numbers if isinstance(numbers, list) and 0 < len(numbers) <= most else None


def _json(answer: Mapping[str, Any]) -> Response:
    return Response(json.dumps(answer, separators=(",", ":")), mimetype="application/json")


def tell(told: Mapping[str, Any]) -> None:
    """Do what the control was told about registers; raise ValueError or TypeError for what makes no sense."""
    held = shelves()
    given = dict(told)
    if register := given.pop("register", None):
        if register not in NAMES:
            raise ValueError(f"`register` must be one of {', '.join(NAMES)}.")
        held.moods[register] = Mood(**given)
        return
    for name, value in given.items():
        _tell_one(held, name, value)


def _tell_one(held: Shelves, name: str, value: Any) -> None:
    if name == "people" and isinstance(value, dict):
        held.people.update(value)
    elif name == "invents" and isinstance(value, bool):
        held.invents = value
    elif name == "public_key" and isinstance(value, str):
        held.public_key = value
    elif name == "token_lasts_s" and isinstance(value, int):
        held.token_lasts_s = value
    else:
        raise ValueError(f"`{name}` is nothing that the registers can be told.")


def counts() -> dict[str, int]:
    """How many requests each register has met."""
    return {name: shelves().requests.get(name, 0) for name in NAMES}
