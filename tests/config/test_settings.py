"""Settings come from the environment as what they are, and one that is of no use is named in a sentence."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app import config, settings
from app.db import db
from app.settings import WrongSetting

GOOD = {**{name: value for name, value in vars(config).items() if name.isupper()}}
GOOD |= {"DATABASE_URL": "postgresql://", "REDIS_URL": "redis://", "SECRET_KEY": "k" * settings.SHORTEST_SECRET_KEY}


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("LINK_PASSWORD", "1234567890", "1234567890"),
        ("LINK_PASSWORD", "1e5", "1e5"),
        ("SECRET_KEY", "true", "true"),
        ("SESSION_COOKIE_SECURE", "False", False),
        ("SESSION_COOKIE_SECURE", "True", True),
        ("TRUSTED_PROXIES", "2", 2),
        ("POLL_INTERVAL_S", "1", 1.0),
    ],
)
def test_a_setting_is_read_as_the_kind_that_its_default_is(name: str, written: str, read: object) -> None:
    found = settings.from_environment({f"VARSEL_{name}": written})

    assert found == {name: read}
    assert type(found[name]) is type(read)


def test_variables_of_others_are_no_settings() -> None:
    assert settings.from_environment({"VARSEL_CHROMIUM": "/usr/bin/chromium", "HOME": "/"}) == {}


@pytest.mark.parametrize(
    ("variable", "words"),
    [("VARSEL_TRUSTED_PROXIES", "a number"), ("VARSEL_SESSION_COOKIE_SECURE", "true or false")],
)
def test_a_value_of_another_kind_is_named(variable: str, words: str) -> None:
    with pytest.raises(WrongSetting, match=f"{variable} must be {words}"):
        settings.from_environment({variable: "some"})


def test_good_settings_pass() -> None:
    settings.require(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("REDIS_URL", "sentinel://one:26379,two:26379"),
        ("REDIS_URL", "sentinel:///valkey"),
        ("REDIS_URL", "sentinel://one:two/valkey"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "k" * (settings.SHORTEST_SECRET_KEY - 1)),
        ("ENVIRONMENT", "prod"),
        ("ENVIRONMENT", "simulator"),
        ("SMTP_TLS", "yes"),
        ("ARGON2_PROFILE", "fast"),
        ("PUBLIC_URL", "varsel.example"),
        ("SMTP_FROM_DOMAINS", "etat.no,post@etat.no"),
    ],
)
def test_a_setting_of_no_use_is_named_before_anything_starts(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=f"VARSEL_{name}"):
        settings.require({**GOOD, name: value})


SAFE = {
    "ENVIRONMENT": "production",
    "PUBLIC_URL": "https://varsel.example",
    "SESSION_COOKIE_SECURE": True,
    "IDENTITY_KEYS": "1:a-key",
    "IDENTITY_HASH_KEY": "another",
}


@pytest.mark.parametrize(
    ("name", "value"), [("PUBLIC_URL", ""), ("PUBLIC_URL", "http://varsel.example"), ("SESSION_COOKIE_SECURE", False)]
)
def test_productions_web_server_does_not_start_where_a_session_could_be_overheard(name: str, value: object) -> None:
    settings.require_for_people({**GOOD, **SAFE})
    settings.require_for_people({**GOOD, **SAFE, "ENVIRONMENT": "test", name: value})

    with pytest.raises(WrongSetting, match=f"VARSEL_{name}"):
        settings.require_for_people({**GOOD, **SAFE, name: value})


@pytest.mark.parametrize("name", ["IDENTITY_KEYS", "IDENTITY_HASH_KEY"])
def test_production_does_not_start_where_identity_numbers_could_be_lost(name: str) -> None:
    with pytest.raises(WrongSetting, match=f"VARSEL_{name}"):
        settings.require_for_people({**GOOD, **SAFE, name: ""})


def test_a_failing_statement_keeps_to_itself_what_it_was_given(app: Flask) -> None:
    with app.app_context(), pytest.raises(ProgrammingError) as failed:
        db.session.execute(text("select * from nothing_like_it where address = :address"), {"address": "+4799999999"})

    assert "99999999" not in str(failed.value)
