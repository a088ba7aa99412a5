"""Identity numbers are sealed with the newest key, opened with the one they were sealed with, and found by a hash."""

import base64

import pytest

from app.contacts.sealing import Sealer, WrongKeys

NUMBER = "20914695016"


def key(letter: str) -> str:
    return base64.urlsafe_b64encode(letter.encode() * 32).decode().rstrip("=")


def test_a_number_is_opened_again_and_never_looks_the_same_twice() -> None:
    sealer = Sealer(f"1:{key('a')}", key("h"), "")

    first, second = sealer.seal(NUMBER.encode()), sealer.seal(NUMBER.encode())

    assert first != second
    assert NUMBER.encode() not in first
    assert sealer.open(first) == sealer.open(second) == NUMBER.encode()


def test_after_a_change_of_keys_old_rows_are_still_read_and_new_ones_have_the_new_key() -> None:
    before = Sealer(f"1:{key('a')}", key("h"), "")
    after = Sealer(f"2:{key('b')},1:{key('a')}", key("h"), "")

    assert after.open(before.seal(b"old")) == b"old"
    assert after.seal(b"new")[0] == 2
    assert after.hash(NUMBER) == before.hash(NUMBER)


def test_without_its_key_a_row_is_not_read_and_the_fault_says_which_key_is_missing() -> None:
    sealed = Sealer(f"7:{key('a')}", key("h"), "").seal(b"old")

    with pytest.raises(WrongKeys, match="number 7"):
        Sealer(f"1:{key('a')}", key("h"), "").open(sealed)
    with pytest.raises(WrongKeys, match="number 7"):
        Sealer(f"7:{key('b')}", key("h"), "").open(sealed)


def test_many_are_opened_as_one_is_whichever_key_they_were_sealed_with() -> None:
    before = Sealer(f"1:{key('a')}", key("h"), "")
    after = Sealer(f"2:{key('b')},1:{key('a')}", key("h"), "")

    assert after.open_all([before.seal(b"old"), after.seal(b"new")]) == [b"old", b"new"]
    assert after.open_all([after.seal(b"one"), after.seal(b"two")]) == [b"one", b"two"]
    assert after.open_all([]) == []


def test_one_of_many_that_was_sealed_with_another_key_is_a_fault_that_names_the_key() -> None:
    ours, others = Sealer(f"7:{key('a')}", key("h"), ""), Sealer(f"7:{key('b')}", key("h"), "")

    with pytest.raises(WrongKeys, match="number 7"):
        ours.open_all([ours.seal(b"one"), others.seal(b"two")])


def test_the_hash_needs_its_key() -> None:
    assert Sealer("", key("h"), "").hash(NUMBER) != Sealer("", key("i"), "").hash(NUMBER)


@pytest.mark.parametrize("keys", ["1", "1:short", "0:" + key("a"), "256:" + key("a"), "x:" + key("a")])
def test_keys_that_are_of_no_use_are_refused(keys: str) -> None:
    with pytest.raises(WrongKeys):
        Sealer(keys, key("h"), "")


def test_where_no_keys_are_set_they_are_made_of_the_secret_key() -> None:
    sealed = Sealer("", "", "one secret").seal(b"number")

    assert Sealer("", "", "one secret").open(sealed) == b"number"
    with pytest.raises(WrongKeys):
        Sealer("", "", "another secret").open(sealed)
