"""Tries to sign in are slowed by account and by network, and strangers cannot keep an account's owner out."""

import re
from collections.abc import Callable

from redis import Redis

from app.accounts import throttle
from tests.fixtures.desk import PASSWORD, Somebody, Visitor

NewVisitor = Callable[..., Visitor]
NewPerson = Callable[..., Somebody]


def _guess(browser: Visitor, email: str, times: int, password: str = "a wrong one") -> list[int]:
    return [browser.post("/sign-in", {"email": email, "password": password}).status_code for _ in range(times)]


def _now_ms(valkey: Redis) -> int:
    seconds, microseconds = valkey.time()
    return int(seconds) * 1000 + int(microseconds) // 1000


def test_after_five_wrong_tries_on_an_account_one_must_wait(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari, browser = somebody("kari"), visitor()

    codes = _guess(browser, kari.email, 6)
    answer = browser.post("/sign-in", {"email": kari.email, "password": PASSWORD})

    assert codes == [422, 422, 422, 422, 422, 429]
    assert answer.status_code == 429
    said = re.search(r"There have been too many tries. Try again in (\d+) seconds.", answer.text)
    assert said
    assert 1 < int(said[1]) <= 15


def test_an_unknown_address_is_slowed_just_so(visitor: NewVisitor) -> None:
    codes = _guess(visitor(), "nobody@ttd.example", 6)

    assert codes == [422, 422, 422, 422, 422, 429]


def test_the_network_of_the_guesser_does_not_matter_for_the_account(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari = somebody("kari")

    codes = [_guess(visitor(f"203.0.113.{number}"), kari.email, 1)[0] for number in range(6)]

    assert codes == [422, 422, 422, 422, 422, 429]


def test_each_further_try_doubles_the_wait_up_to_a_quarter_of_an_hour(
    visitor: NewVisitor, somebody: NewPerson, redis_url: str
) -> None:
    kari, browser, valkey = somebody("kari"), visitor(), Redis.from_url(redis_url, decode_responses=True)
    _guess(browser, kari.email, 5)

    for wait_s in (30, 60, 120, 240, 480, 900, 900):
        valkey.delete(*valkey.keys("tries:account:*:wait"))
        before = _now_ms(valkey)
        _guess(browser, kari.email, 1)
        [waiting] = valkey.keys("tries:account:*:wait")

        assert before <= valkey.pexpiretime(waiting) - wait_s * 1000 <= _now_ms(valkey)


def test_a_try_while_waiting_does_not_prolong_the_wait(
    visitor: NewVisitor, somebody: NewPerson, redis_url: str
) -> None:
    kari, browser, valkey = somebody("kari"), visitor(), Redis.from_url(redis_url)
    _guess(browser, kari.email, 5)
    [waiting] = valkey.keys("tries:account:*:wait")
    valkey.pexpire(waiting, 5_000)

    _guess(browser, kari.email, 3)

    assert valkey.pttl(waiting) <= 5_000


def test_strangers_cannot_keep_the_owner_out_of_a_browser_that_the_account_knows(
    visitor: NewVisitor, somebody: NewPerson
) -> None:
    kari, own = somebody("kari"), visitor()
    own.sign_in(kari).post("/sign-out", page="/me")

    strangers = _guess(visitor("203.0.113.7"), kari.email, 6)

    assert strangers[-1] == 429
    assert _guess(own, kari.email, 1, PASSWORD) == [303]


def test_a_browser_that_knows_one_account_is_a_stranger_to_another(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari, ola, own = somebody("kari"), somebody("ola"), visitor()
    own.sign_in(kari).post("/sign-out", page="/me")
    _guess(visitor("203.0.113.7"), ola.email, 6)

    assert _guess(own, ola.email, 1, PASSWORD) == [429]


def test_a_known_browser_is_slowed_too(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari, own = somebody("kari"), visitor()
    own.sign_in(kari).post("/sign-out", page="/me")

    assert _guess(own, kari.email, 6)[-1] == 429


def test_one_network_cannot_try_many_accounts(visitor: NewVisitor) -> None:
    browser = visitor("2001:db8:1:2::1")

    codes = [_guess(browser, f"person{number}@ttd.example", 1)[0] for number in range(throttle.BY_ADDRESS.free + 1)]
    neighbour = _guess(visitor("2001:db8:1:2:ffff::9"), "somebody@ttd.example", 1)

    assert codes == [422] * throttle.BY_ADDRESS.free + [429]
    assert neighbour == [429]


def test_people_of_one_office_who_sign_in_rightly_do_not_slow_each_other(
    visitor: NewVisitor, somebody: NewPerson
) -> None:
    kari = somebody("kari")

    codes = [_guess(visitor(), kari.email, 1, PASSWORD)[0] for _ in range(throttle.BY_ADDRESS.free + 2)]

    assert set(codes) == {303}


def test_signing_in_forgets_the_wrong_tries(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari, browser = somebody("kari"), visitor()
    _guess(browser, kari.email, 4)

    assert _guess(browser, kari.email, 1, PASSWORD) == [303]
    browser.post("/sign-out", page="/me")
    assert _guess(browser, kari.email, 5) == [422] * 5


def test_valkey_holds_no_address_of_those_who_try(visitor: NewVisitor, redis_url: str) -> None:
    _guess(visitor("203.0.113.7"), "nobody@ttd.example", 6)

    keys = b" ".join(Redis.from_url(redis_url).keys("*"))

    assert b"tries:account:" in keys
    assert b"nobody" not in keys
    assert b"203.0.113.7" not in keys
