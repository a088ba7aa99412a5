"""A search text is kept for its owner for an hour, under a token that says nothing."""

from collections.abc import Iterator

import pytest
from flask import Flask
from redis import Redis

from app.web import tokens


@pytest.fixture(autouse=True)
def _on_valkey(desk: Flask, redis_url: str) -> Iterator[None]:
    desk.config["REDIS_URL"] = redis_url
    with desk.app_context():
        yield


def test_the_owner_gets_the_text_back() -> None:
    token = tokens.remember("+47 912 34 567 åse", owner_id=7)

    assert tokens.recall(token, owner_id=7) == "+47 912 34 567 åse"


def test_nobody_else_gets_it() -> None:
    token = tokens.remember("+4791234567", owner_id=7)

    assert tokens.recall(token, owner_id=8) is None


def test_the_token_does_not_hold_the_text_and_is_never_the_same() -> None:
    drawn = {tokens.remember("4791234567", owner_id=7) for _ in range(20)}

    assert len(drawn) == 20
    assert all(len(token) == 22 and "4791234567" not in token for token in drawn)


def test_it_is_forgotten_after_an_hour(redis_url: str) -> None:
    token = tokens.remember("+4791234567", owner_id=7)

    with Redis.from_url(redis_url) as client:
        keys = list(client.scan_iter("search:*"))
        remaining = client.ttl(keys[0])
        client.pexpire(keys[0], 1)
        while client.exists(keys[0]):
            pass

    assert 3590 <= remaining <= 3600
    assert tokens.recall(token, owner_id=7) is None


@pytest.mark.parametrize("token", ["", "x", "*" * 22, "a" * 23, "../../../etc/passwd..", "7:AAAAAAAAAAAAAAAAAAAA"])
def test_a_token_that_we_did_not_draw_is_nothing(token: str) -> None:
    assert tokens.recall(token, owner_id=7) is None


def test_a_text_kept_for_one_purpose_is_none_of_anothers() -> None:
    token = tokens.remember("+4791234567", owner_id=7)

    assert tokens.recall(token, owner_id=7, purpose="email-preview") is None
