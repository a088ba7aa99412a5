"""Tries are counted in Valkey, for all web processes together."""

import pytest
from flask import Flask

from app.web import limits
from app.web.access import public


@pytest.mark.parametrize(
    ("redis_url", "storage"),
    [
        ("unix:///run/valkey.sock?db=3", "redis+unix:///run/valkey.sock?db=3"),
        ("redis://valkey:6379/0", "redis://valkey:6379/0"),
        ("rediss://valkey:6379/0", "rediss://valkey:6379/0"),
    ],
)
def test_the_limiter_gets_the_address_in_its_own_spelling(redis_url: str, storage: str) -> None:
    assert limits.storage_url(redis_url) == storage


def _application(redis_url: str) -> Flask:
    application = Flask("app")
    application.config.update(REDIS_URL=redis_url, TESTING=True)
    limits.install(application)
    view = limits.limiter.limit("2/minute")(public(lambda: "tried"))
    application.add_url_rule("/tried", "tried", view)
    return application


def test_two_processes_share_one_count(redis_url: str) -> None:
    first, second = _application(redis_url).test_client(), _application(redis_url).test_client()

    codes = [client.get("/tried").status_code for client in (first, second, first, second)]

    assert codes == [200, 200, 429, 429]
