"""Identity numbers at rest: sealed with AES-GCM, and found again by a keyed hash.

What is sealed begins with the number of the key, so that keys can be changed while old rows stay readable. The key of
the hash stays: a new one would find nothing that was stored before.
"""

import base64
import hmac
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

_NONCE = 12
_SEALED = 1 + _NONCE
"""Where what was sealed begins, behind the number of the key and the nonce."""

_KEY = 32
_DERIVED = 0
"""The number of the key that is made of `SECRET_KEY`, where no other is set."""


class WrongKeys(Exception):
    """The keys of identity numbers are not set as they must be, or a row was sealed with one that is gone."""


class Sealer:
    """Seals, opens and hashes with the keys of one installation."""

    def __init__(self, keys: str, hash_key: str, secret_key: str) -> None:
        """`keys` is `number:base64` for each key, by commas, the one that seals first; raise `WrongKeys`."""
        known = _keys(keys) if keys else {_DERIVED: _derived(secret_key, b"identity")}
        self._ciphers = {number: AESGCM(key) for number, key in known.items()}
        self._current = next(iter(known))
        self._prefix = bytes([self._current])
        self._hash = hmac.new(_decoded(hash_key) if hash_key else _derived(secret_key, b"hash"), digestmod=sha256)

    def seal(self, plain: bytes) -> bytes:
        """Encrypt with the first key; the same bytes come out otherwise every time."""
        nonce = os.urandom(_NONCE)
        return self._prefix + nonce + self._ciphers[self._current].encrypt(nonce, plain, self._prefix)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt with the key that it was sealed with; raise `WrongKeys`."""
        cipher = self._ciphers.get(sealed[0])
        if cipher is None:
            raise WrongKeys(f"The key number {sealed[0]} of identity numbers is not set.")
        try:
            return cipher.decrypt(sealed[1:_SEALED], sealed[_SEALED:], sealed[:1])
        except InvalidTag:
            raise self._wrong_key(sealed[0]) from None

    def open_all(self, sealed: Sequence[bytes]) -> list[bytes]:
        """Decrypt many; raise `WrongKeys`."""
        prefix, decrypt = self._prefix, self._ciphers[self._current].decrypt
        if any(number != self._current for number in {one[0] for one in sealed}):
            return [self.open(one) for one in sealed]
        try:
            return [decrypt(one[1:_SEALED], one[_SEALED:], prefix) for one in sealed]
        except InvalidTag:
            raise self._wrong_key(self._current) from None

    def hash(self, number: str) -> bytes:
        """The 32 bytes by which an identity number is found; nobody without the key can make them."""
        found = self._hash.copy()
        found.update(number.encode())
        return found.digest()

    @staticmethod
    def _wrong_key(number: int) -> WrongKeys:
        return WrongKeys(f"The key number {number} is not the one that it was sealed with.")


def sealer() -> Sealer:
    """The sealer of the running application."""
    config = current_app.config
    return _sealer(config["IDENTITY_KEYS"], config["IDENTITY_HASH_KEY"], config["SECRET_KEY"])


@lru_cache(maxsize=8)
def _sealer(keys: str, hash_key: str, secret_key: str) -> Sealer:
    return Sealer(keys, hash_key, secret_key)


def _keys(text: str) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for entry in text.split(","):
        number, _, key = entry.strip().partition(":")
        if not (number.isdecimal() and 0 < int(number) < 256):
            raise WrongKeys("Each key of VARSEL_IDENTITY_KEYS is written as number:key, with a number from 1 to 255.")
        found[int(number)] = _decoded(key)
    return found


def _decoded(key: str) -> bytes:
    try:
        decoded = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    except ValueError:
        decoded = b""
    if len(decoded) != _KEY:
        raise WrongKeys("A key of identity numbers is not 32 bytes in base64.")
    return decoded


def _derived(secret_key: str, use: bytes) -> bytes:
    return hmac.digest(secret_key.encode(), b"varsel identity numbers: " + use, "sha256")
