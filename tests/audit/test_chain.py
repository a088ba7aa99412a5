"""The chain of the audit log: it holds under many hands, and what was changed behind it is named."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.audit.chain import Checked, Link, breaks
from app.audit.service import record
from app.db import db
from app.migrate import _config
from tests.fixtures.command import run

Breaks = Callable[..., list[str]]


@pytest.fixture
def found(app: Flask) -> Breaks:
    """Reads the whole chain, and tells its breaks."""

    def read(noted: Link | None = None) -> list[str]:
        with app.app_context():
            return list(breaks(Checked(), noted))

    return read


@pytest.fixture
def last(app: Flask) -> Callable[[], Link]:
    """Tells the last link."""

    def read() -> Link:
        checked = Checked()
        with app.app_context():
            assert not list(breaks(checked))
        return checked.last

    return read


@pytest.fixture
def three(app: Flask) -> list[int]:
    """Three entries, by their numbers."""
    with app.app_context():
        for number in range(3):
            record("price.changed", "price", f"SMS-{number}", old="0.10", new="0.20")
            db.session.commit()
        return list(db.session.scalars(text("select id from audit_entry order by id")))


def _past_the_triggers(app: Flask, *statements: str) -> None:
    """What somebody does who may do everything in the database."""
    with app.app_context():
        db.session.execute(text("set session_replication_role = replica"))
        for statement in statements:
            db.session.execute(text(statement))
        db.session.execute(text("set session_replication_role = origin"))
        db.session.commit()


def test_an_empty_log_is_an_unbroken_chain(found: Breaks) -> None:
    assert found() == []


def test_every_entry_is_chained_when_it_is_committed(three: list[int], found: Breaks, last: Callable[[], Link]) -> None:
    assert found() == []
    assert last().no == 3
    assert len(last().hash) == 64


def test_what_was_not_committed_leaves_no_link(app: Flask, three: list[int], last: Callable[[], Link]) -> None:
    with app.app_context():
        record("price.added", "price", "SMS-9")
        db.session.flush()
        db.session.rollback()

    assert last().no == 3


@pytest.mark.parametrize("change", ["action = 'x'", "at = at + interval '1 microsecond'", "detail = '{}'"])
def test_an_entry_that_was_changed_is_named(app: Flask, three: list[int], found: Breaks, change: str) -> None:
    _past_the_triggers(app, f"update audit_entry set {change} where id = {three[1]}")

    assert found() == [f"Link 2: entry {three[1]} does not say what it said when it was made, or a hash was changed."]


def test_an_entry_that_was_removed_is_named(app: Flask, three: list[int], found: Breaks) -> None:
    _past_the_triggers(app, f"delete from audit_entry where id = {three[1]}")

    assert found() == [f"Link 2: its entry {three[1]} was removed."]


def test_an_entry_that_was_removed_with_its_link_leaves_a_gap(app: Flask, three: list[int], found: Breaks) -> None:
    _past_the_triggers(
        app, f"delete from audit_entry where id = {three[0]}", f"delete from audit_seal where entry_id = {three[0]}"
    )

    assert found()[0] == "After link 0 comes link 2: what was between them was removed."


def test_an_entry_that_was_added_past_the_trigger_is_named(app: Flask, three: list[int], found: Breaks) -> None:
    _past_the_triggers(
        app, "insert into audit_entry (action, object_type, object_id) values ('order.placed', 'order', '1')"
    )

    assert [sentence.partition(": ")[0] for sentence in found()] == [f"Entry {three[-1] + 1} has no link in the chain"]


def test_a_tail_that_was_cut_off_is_seen_by_a_link_that_was_noted(
    app: Flask, three: list[int], found: Breaks, last: Callable[[], Link]
) -> None:
    noted = last()
    _past_the_triggers(
        app, f"delete from audit_entry where id = {three[2]}", f"delete from audit_seal where entry_id = {three[2]}"
    )

    assert found() == []
    assert found(noted) == ["The chain has no link 3 with the hash that was noted: it was cut off or written anew."]


@pytest.mark.parametrize("change", ["update audit_seal set no = 9", "delete from audit_seal", "truncate audit_seal"])
def test_nobody_changes_or_removes_a_link(app: Flask, three: list[int], change: str) -> None:
    with app.app_context(), pytest.raises(Exception, match="only ever added to"):
        db.session.execute(text(change))


def test_many_hands_at_once_make_one_chain(app: Flask, found: Breaks, last: Callable[[], Link]) -> None:
    hands, deeds = 6, 15

    def work(hand: int) -> None:
        with app.app_context():
            for deed in range(deeds):
                record("price.added", "price", f"SMS-{hand}-{deed}", new="0.1")
                db.session.flush()
                db.session.rollback() if deed % 5 == 4 else db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=work, args=(hand,)) for hand in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found() == []
    assert last().no == hands * deeds * 4 // 5


def test_a_deed_under_way_keeps_no_other_from_being_done(app: Flask, last: Callable[[], Link]) -> None:
    with app.app_context():
        record("price.added", "price", "slow")
        db.session.flush()
        with db.engine.begin() as another:
            another.execute(text("set local statement_timeout = '60s'"))
            another.execute(text("insert into audit_entry (action, object_type, object_id) values ('a', 'b', 'quick')"))
        db.session.commit()

    assert last().no == 2


DETAILS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(st.characters(exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["æ", 'q"', "b\\", ""]), inner),
    max_leaves=6,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(detail=DETAILS, words=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_whatever_an_entry_says_is_read_back_to_the_same_hash(
    app: Flask, found: Breaks, detail: Any, words: str
) -> None:
    with app.app_context():
        record("price.changed", "price", words, detail=detail)
        db.session.commit()

    assert found() == []


def test_entries_from_before_the_chain_are_chained_by_the_upgrade(database_url: str, app: Flask, found: Breaks) -> None:
    from alembic import command

    command.downgrade(_config(database_url), "0004")
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.begin() as connection:
        for number in range(3):
            connection.execute(
                text("insert into audit_entry (action, object_type, object_id) values ('a', 'b', :number)"),
                {"number": str(number)},
            )
    command.upgrade(_config(database_url), "head")

    assert found() == []


def test_the_command_says_that_the_chain_holds_and_what_to_note(
    app: Flask, three: list[int], last: Callable[[], Link], settings_of_parts: dict[str, str]
) -> None:
    told = run("audit", "verify", **settings_of_parts)

    assert told.exit_code == 0
    assert told.stdout == f"The chain holds. Its last link: {last()}\n"
    assert run("audit", "verify", "--noted", str(last()), **settings_of_parts).exit_code == 0
    assert run("audit", "verify", "--noted", "the last one", **settings_of_parts).exit_code == 2


def test_the_command_says_where_the_chain_is_broken(
    app: Flask, three: list[int], settings_of_parts: dict[str, str]
) -> None:
    _past_the_triggers(app, f"update audit_entry set person_id = null, object_id = 'x' where id = {three[0]}")

    told = run("audit", "verify", **settings_of_parts)

    assert told.exit_code == 1
    assert "Link 1: entry" in told.stdout
    assert "The audit log is not what it was." in told.stderr


@pytest.fixture
def settings_of_parts(database_url: str, redis_url: str) -> dict[str, str]:
    """What the command needs to find the database."""
    return {
        "VARSEL_DATABASE_URL": database_url,
        "VARSEL_REDIS_URL": redis_url,
        "VARSEL_SECRET_KEY": "only for tests, but as long as a key must be",
    }
