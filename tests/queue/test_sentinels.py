"""An address of sentinels says which they are, what they watch, and who may ask."""

import pytest

from app import sentinel


@pytest.mark.parametrize(
    ("url", "sentinels"),
    [
        ("sentinel://one:26380,two:26381/valkey", [("one", 26380), ("two", 26381)]),
        ("sentinel://one,two/valkey", [("one", 26379), ("two", 26379)]),
        ("sentinel://[::1]:26380,[::2]/valkey", [("::1", 26380), ("::2", 26379)]),
    ],
)
def test_each_sentinel_is_a_host_with_a_port_or_the_usual_one(url: str, sentinels: list[tuple[str, int]]) -> None:
    found = sentinel.read(url)

    assert found.sentinels == sentinels
    assert found.name == "valkey"


def test_the_servers_and_the_sentinels_have_accounts_of_their_own() -> None:
    found = sentinel.read("sentinels://varsel:p%40ss@one,two/valkey?db=3&sentinel_password=other")

    assert (found.of_server["username"], found.of_server["password"]) == ("varsel", "p@ss")
    assert found.of_server["db"] == 3
    assert found.of_sentinels["password"] == "other"
    assert found.of_server["ssl"]
    assert found.of_sentinels["ssl"]


def test_any_other_address_names_a_server() -> None:
    assert not sentinel.names_sentinels("redis://one:6379/0")
    assert not sentinel.names_sentinels("unix:///run/valkey.sock?db=1")
