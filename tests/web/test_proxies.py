"""Only as many proxies as the settings name are believed, and links for others do not follow a request's host."""

from collections.abc import Callable

import pytest
from flask import Flask, request

from app.web import proxies
from app.web.access import public
from app.web.proxies import network_of, public_url

FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "varsel.example"}


@pytest.fixture
def told(desk: Flask) -> Callable[[], list[str]]:
    """Asks through a proxy what the application believes of the request."""
    desk.add_url_rule("/told", "told", public(lambda: f"{request.remote_addr} {request.scheme} {request.host}"))

    def ask() -> list[str]:
        return desk.test_client().get("/told", headers=FORWARDED).text.split()

    return ask


def test_without_a_trusted_proxy_nobody_can_say_that_a_request_comes_from_elsewhere(
    told: Callable[[], list[str]],
) -> None:
    assert told() == ["127.0.0.1", "http", "localhost"]


def test_a_trusted_proxy_is_believed(desk: Flask, told: Callable[[], list[str]]) -> None:
    desk.config["TRUSTED_PROXIES"] = 1
    proxies.install(desk)

    assert told() == ["203.0.113.9", "https", "varsel.example"]


def test_what_a_browser_wrote_before_the_trusted_proxy_is_not_believed(
    desk: Flask, told: Callable[[], list[str]]
) -> None:
    desk.config["TRUSTED_PROXIES"] = 1
    proxies.install(desk)
    headers = {**FORWARDED, "X-Forwarded-For": "198.51.100.1, 203.0.113.9"}

    answer = desk.test_client().get("/told", headers=headers)

    assert answer.text.startswith("203.0.113.9 ")


def test_a_link_for_others_begins_with_the_public_address_whatever_host_the_request_names(desk: Flask) -> None:
    desk.config["PUBLIC_URL"] = "https://varsel.example"

    with desk.test_request_context("/", headers={"Host": "evil.example"}):
        assert public_url("accounts.sign_in") == "https://varsel.example/sign-in"


def test_a_link_for_others_follows_the_request_where_no_public_address_is_set(desk: Flask) -> None:
    with desk.test_request_context("/", headers={"Host": "127.0.0.1:8000"}):
        assert public_url("accounts.sign_in") == "http://127.0.0.1:8000/sign-in"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:50123", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:50123", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("no address", "no address"),
        (None, "unknown"),
    ],
)
def test_a_subscriber_is_one_network_however_the_proxy_writes_his_address(address: str | None, network: str) -> None:
    assert network_of(address) == network
