"""An application whose registers are the stand-in's, reached over HTTP with tokens of its Maskinporten."""

from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask

from app import create_app
from app.contacts import registers
from app.contacts.answer import Register
from app.db import db
from app.messaging.identity import IdentityKind
from app.standin import Standin
from tests.fixtures.standin import Control


@pytest.fixture(scope="session")
def signing_key() -> rsa.RSAPrivateKey:
    """Our key, of which Maskinporten knows the public half."""
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def wired_settings(
    settings: dict[str, object], standin: Standin, control: Control, signing_key: rsa.RSAPrivateKey
) -> dict[str, object]:
    """Settings by which all registers are the stand-in's; it takes only grants that our key has signed."""
    public = signing_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private = signing_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    control.tell("registers", public_key=public.decode())
    return settings | {
        "KRR_URL": f"{standin.url}krr",
        "NOTIFICATION_ADDRESSES_URL": f"{standin.url}altinn",
        "POPULATION_REGISTER_URL": f"{standin.url}folkeregisteret",
        "BUSINESS_REGISTER_URL": f"{standin.url}brreg",
        "MASKINPORTEN_URL": f"{standin.url}maskinporten",
        "MASKINPORTEN_ISSUER": f"{standin.url}maskinporten/",
        "MASKINPORTEN_CLIENT_ID": "varsel-test",
        "MASKINPORTEN_KEY_ID": "key-1",
        "MASKINPORTEN_KEY": private.decode().replace("\n", "\\n"),
        "REGISTER_TIMEOUT_S": 20.0,
        "REGISTER_PAUSE_S": 0.3,
    }


@pytest.fixture
def wired(wired_settings: dict[str, object]) -> Iterator[Flask]:
    """The application with these settings, its context pushed."""
    application = create_app(wired_settings)
    with application.app_context():
        yield application
        db.engine.dispose()


@pytest.fixture
def krr(wired: Flask) -> Register:
    """KRR as the application opens it."""
    return registers.contact_points(IdentityKind.PERSON)


@pytest.fixture
def addresses(wired: Flask) -> Register:
    """The notification addresses of organisations."""
    return registers.contact_points(IdentityKind.ORGANISATION)


@pytest.fixture
def asked(control: Control) -> Callable[[str], int]:
    """Tells how many requests a register has met."""
    return lambda name: control.ask("counts")["registers"][name]
