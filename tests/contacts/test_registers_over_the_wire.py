"""Each register is asked over HTTP as its owner describes it, and its answers are read for what they are."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
import urllib3
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask

from app.contacts import registers, wire
from app.contacts.answer import NOT_FOUND, Answer, Register, RegisterDown, Standing
from app.contacts.business_register import BusinessRegister
from app.contacts.krr import Krr
from app.contacts.notification_addresses import NotificationAddresses
from app.contacts.population_register import PopulationRegister
from app.messaging.identity import IdentityKind
from app.queue import valkey
from tests.fixtures.identities import organisation_number, tenor_persons
from tests.fixtures.standin import Control, until

ANNE, BERIT, CARL, DINA, ERIK, FRIDA = tenor_persons(6)
OPEN = "register:krr:open"
"""In Valkey while KRR is left alone."""

BAKERY, JOINER, SUBUNIT = (organisation_number(31_000_000 + n * 1000) for n in range(3))


def test_krr_says_addresses_reservation_language_and_when_they_were_confirmed(krr: Register, control: Control) -> None:
    known = {
        "email": "Anne@Example.no",
        "phone": "41000001",
        "changed_at": "2024-01-01T10:00:00Z",
        "confirmed_at": "2026-05-01T10:00:00+02:00",
        "language": "nn",
    }
    control.tell("registers", people={ANNE: known, DINA: {"email": "dina@example.no", "reserved": True}})

    answers = krr.look_up([ANNE, DINA])

    confirmed_at = datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert answers[ANNE] == Answer(
        Standing.FOUND, ("Anne@example.no",), ("+4741000001",), confirmed_at, confirmed_at, language="nn"
    )
    assert answers[DINA].is_reserved
    assert answers[DINA].email_confirmed_at == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("written", ["n\0b", "a language of which nobody has heard", "n1", "ø"])
def test_a_language_that_is_no_code_is_none(krr: Register, control: Control, written: str) -> None:
    control.tell("registers", people={ANNE: {"phone": "41000001", "language": written}})

    assert krr.look_up([ANNE])[ANNE].language == ""


def test_krr_says_who_is_deleted_who_is_unknown_and_who_has_no_address(krr: Register, control: Control) -> None:
    control.tell("registers", people={ANNE: {"deleted": True}, BERIT: {}, CARL: {"phone": "22222222"}})

    answers = krr.look_up([ANNE, BERIT, CARL, DINA])

    assert [answers[one].standing for one in (ANNE, BERIT, CARL, DINA)] == [
        Standing.DECEASED,
        Standing.NO_CONTACT_POINT,
        Standing.NO_CONTACT_POINT,
        Standing.NOT_FOUND,
    ]


def test_an_organisation_has_each_of_its_addresses_once(addresses: Register, control: Control) -> None:
    known = {"emails": ["post@b.no", "POST@b.no", "not one"], "phones": ["41000001", "004741000001", "4123"]}
    control.tell("registers", people={BAKERY: known, JOINER: {}})

    answers = addresses.look_up([BAKERY, JOINER, SUBUNIT])

    assert answers[BAKERY] == Answer(Standing.FOUND, ("post@b.no",), ("+4741000001",))
    assert answers[JOINER].standing is Standing.NO_CONTACT_POINT
    assert answers[SUBUNIT] == NOT_FOUND


def test_names_of_units_and_sub_units_come_from_the_business_register(wired: Flask, control: Control) -> None:
    people = {BAKERY: {"name": "Bakeriet\0 AS"}, SUBUNIT: {"name": "Avd. Tromsø", "sub_unit": True}}
    control.tell("registers", people=people | {JOINER: {"name": "Snekkeren", "deleted": True}})

    answers = registers.names(IdentityKind.ORGANISATION).look_up([BAKERY, JOINER, SUBUNIT])

    assert answers == {
        BAKERY: Answer(Standing.FOUND, name="Bakeriet AS"),
        JOINER: Answer(Standing.DECEASED, name="Snekkeren"),
        SUBUNIT: Answer(Standing.FOUND, name="Avd. Tromsø"),
    }


def test_names_and_deaths_come_from_the_population_register(wired: Flask, control: Control) -> None:
    control.tell("registers", people={ANNE: {"name": "Anne Test\0 Testesen"}, BERIT: {"name": "Berit B", "dead": True}})

    answers = registers.names(IdentityKind.PERSON).look_up([ANNE, BERIT, CARL])

    assert answers == {
        ANNE: Answer(Standing.FOUND, name="Anne Test Testesen"),
        BERIT: Answer(Standing.DECEASED, name="Berit B"),
        CARL: NOT_FOUND,
    }


def test_a_token_is_used_until_it_ends(krr: Register, wired: Flask, asked: Callable[[str], int]) -> None:
    krr.look_up([ANNE])
    registers.contact_points(IdentityKind.PERSON).look_up([BERIT])

    assert (asked("krr"), asked("maskinporten")) == (2, 1)


def test_a_token_that_ends_at_once_is_never_kept(krr: Register, control: Control, asked: Callable[[str], int]) -> None:
    control.tell("registers", token_lasts_s=5)

    krr.look_up([ANNE])
    krr.look_up([BERIT])

    assert asked("maskinporten") == 2


def test_a_token_that_the_register_no_longer_takes_is_replaced(
    krr: Register, control: Control, asked: Callable[[str], int]
) -> None:
    krr.look_up([ANNE])
    control.tell("registers", register="krr", status=401, times=1)

    assert krr.look_up([BERIT]) == {BERIT: NOT_FOUND}
    assert asked("maskinporten") == 2


def test_a_grant_that_another_key_signed_opens_nothing(krr: Register, control: Control) -> None:
    other = rsa.generate_private_key(65537, 2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    control.tell("registers", public_key=other.public_bytes(serialization.Encoding.PEM, form).decode())

    with pytest.raises(RegisterDown) as down:
        krr.look_up([ANNE])

    assert (down.value.register, down.value.why) == ("maskinporten", "HTTP 400")


def test_a_grant_lasts_no_longer_than_maskinporten_allows(wired: Flask) -> None:
    grant = jwt.decode(registers.tokens_for("a scope")._grant(), options={"verify_signature": False})

    assert 0 < grant["exp"] - grant["iat"] <= 120
    assert (grant["iss"], grant["scope"]) == ("varsel-test", "a scope")


def test_a_register_that_stumbles_is_asked_again(krr: Register, control: Control, asked: Callable[[str], int]) -> None:
    control.tell("registers", register="krr", status=503, times=2)

    assert krr.look_up([ANNE]) == {ANNE: NOT_FOUND}
    assert asked("krr") == 3


@pytest.mark.parametrize("mood", [{"status": 503}, {"status": 429}, {"drop": True}])
def test_a_register_that_does_not_answer_is_down_and_nothing_is_guessed(
    krr: Register, control: Control, mood: dict[str, object]
) -> None:
    control.tell("registers", register="krr", **mood)

    with pytest.raises(RegisterDown) as down:
        krr.look_up([ANNE])

    assert ANNE not in str(down.value)


def test_a_register_that_answers_too_late_is_down_too(wired: Flask, control: Control) -> None:
    wired.config["REGISTER_TIMEOUT_S"] = 0.5
    control.tell("registers", register="krr", slow_s=30.0)

    with pytest.raises(RegisterDown) as down:
        registers.contact_points(IdentityKind.PERSON).look_up([ANNE])

    assert ANNE not in str(down.value)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"contactPointsList": None, "oppslag": None, "personer": None, "_embedded": []},
        {"contactPointsList": [{}], "oppslag": [{}], "personer": [{}], "_embedded": {"enheter": [{}]}},
        {"contactPointsList": ["x"], "oppslag": ["x"], "personer": ["x"], "_embedded": {"enheter": ["x"]}},
        {
            "contactPointsList": [{"organizationNumber": BAKERY, "emailList": [{}]}],
            "oppslag": [{"foedselsEllerDNummer": ANNE, "folkeregisterperson": {"navn": "Anne"}}],
            "personer": [{"personidentifikator": ANNE, "kontaktinformasjon": []}],
            "_embedded": {"enheter": [{"organisasjonsnummer": 1}]},
        },
    ],
)
@pytest.mark.parametrize("opened", [Krr, NotificationAddresses, PopulationRegister, BusinessRegister])
def test_a_register_that_does_not_answer_as_agreed_is_down(
    wired: Flask, monkeypatch: pytest.MonkeyPatch, opened: type[Any], answer: object
) -> None:
    said = urllib3.HTTPResponse(body=json.dumps(answer).encode(), status=200)
    monkeypatch.setattr(wire, "_pool", lambda: SimpleNamespace(request=lambda *_, **__: said))
    way = wire.wire_to(opened.name, "http://register.example")
    tokens = SimpleNamespace(headers=lambda fresh: {})
    register = opened(way) if opened is BusinessRegister else opened(way, tokens)

    if opened is BusinessRegister and answer == {}:
        assert register.look_up([BAKERY]) == {BAKERY: NOT_FOUND}
    else:
        with pytest.raises(RegisterDown, match="not what was agreed"):
            register.look_up([ANNE])


@pytest.mark.parametrize("written", ["yesterday", "2026-05-01", "2026-05-01T10:00:00"])
def test_nobody_is_sent_to_by_a_confirmation_whose_moment_cannot_be_read(
    krr: Register, control: Control, written: str
) -> None:
    control.tell("registers", people={ANNE: {"email": "anne@example.no", "confirmed_at": written}})

    with pytest.raises(RegisterDown, match="not what was agreed"):
        krr.look_up([ANNE])


def test_a_register_that_refuses_us_is_not_asked_three_times(
    krr: Register, control: Control, asked: Callable[[str], int]
) -> None:
    control.tell("registers", register="krr", status=403)

    with pytest.raises(RegisterDown, match="HTTP 403"):
        krr.look_up([ANNE])

    assert asked("krr") == 1


def test_a_register_that_keeps_failing_is_left_alone_for_a_moment(
    wired: Flask, control: Control, asked: Callable[[str], int]
) -> None:
    wired.config["REGISTER_PAUSE_S"] = 60.0
    krr = registers.contact_points(IdentityKind.PERSON)
    control.tell("registers", register="krr", status=500)
    for _ in range(4):
        with pytest.raises(RegisterDown):
            krr.look_up([ANNE])
    while_open, left_ms = asked("krr"), valkey().pttl(OPEN)
    control.tell("registers", register="krr", status=200)
    valkey().pexpire(OPEN, 1)
    until(lambda: not valkey().exists(OPEN))

    assert while_open == 5
    assert 0 < left_ms <= 60_000
    assert krr.look_up([ANNE]) == {ANNE: NOT_FOUND}
