"""Downloading results: what stands in the file, who gets it, and that a big one takes no more memory than a small."""

import csv
import io
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from app.audit.models import AuditEntry
from app.db import db
from app.messaging.status import Channel, Route, Status
from app.orders.follow import queries
from app.shipments import table
from tests.fixtures.desk import Visitor
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]
Change = Callable[..., None]


def downloaded(browser: Visitor, placed: Placed, query: str = "") -> list[dict[str, str]]:
    """The rows of the file, by column."""
    answer = browser.get(f"/orders/{placed.order_id}/results.csv{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_each_notification_is_a_row_with_status_in_altinns_name_and_in_words(
    sender: Visitor, place: Place, change: Change
) -> None:
    placed = place({Status.SMS_DELIVERED: 1, Status.SMS_FAILED_BARRED_RECEIVER: 1, Status.SMS_ACCEPTED: 1})
    change(rows.attempt, placed.ids[0], sender="Ttd", segments=2)
    change(rows.move, placed.ids[1:2], Status.SMS_FAILED_BARRED_RECEIVER, reason="barred", attempts=3)

    first, second, third = downloaded(sender, placed)

    assert first["Recipient"] == "+4790000000"
    assert (first["File"], first["Row"], first["Country"], first["Channel"]) == ("pasted", "1", "NO", "SMS")
    assert (first["Status"], first["Status in words"], first["Simulated"]) == ("SMS_Delivered", "Delivered", "no")
    assert (first["Sender"], first["Segments"]) == ("Ttd", "2")
    assert first["Sent at"]
    assert first["Final at"]
    assert (second["Reason"], second["Attempts"]) == ("The number is barred, blocked or not in use.", "3")
    assert (third["Status"], third["Final at"], third["Sent at"]) == ("SMS_Accepted", "", "")


def test_what_went_to_the_simulator_is_marked(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 1}, route=Route.SIMULATED)

    (row,) = downloaded(sender, placed)

    assert (row["Simulated"], row["Status in words"]) == ("yes", "Delivered (simulated)")


def test_the_files_own_columns_stand_in_the_result(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 2}, columns=["phone", "town"], values=["Bodø"], file_name="citizens.xlsx")

    found = downloaded(sender, placed)

    assert [(row["File"], row["Row"], row["town"]) for row in found] == [
        ("citizens.xlsx", "2", "Bodø"),
        ("citizens.xlsx", "3", "Bodø"),
    ]
    assert "phone" not in found[0]


def test_what_a_spreadsheet_would_calculate_is_made_harmless(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 1}, columns=["phone", "=1+1"], values=["=cmd|'/C calc'!A0"])

    (row,) = downloaded(sender, placed)

    assert row["'=1+1"] == "'=cmd|'/C calc'!A0"


def test_what_the_filter_shows_is_downloaded_alone(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 5, Status.SMS_FAILED: 2})

    found = downloaded(sender, placed, "?status=failed")

    assert [row["Status"] for row in found] == ["SMS_Failed"] * 2


def test_an_e_mail_order_has_no_segments(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.EMAIL_DELIVERED: 1}, channel=Channel.EMAIL)
    change(rows.attempt, placed.first_id, gateway="smtp", segments=0)

    (row,) = downloaded(sender, placed)

    assert (row["Channel"], row["Recipient"], row["Segments"]) == ("E-mail", "person1@example.com", "")


def test_a_download_is_written_down(sender: Visitor, place: Place, app: Flask) -> None:
    placed = place({Status.SMS_FAILED: 2})

    downloaded(sender, placed, "?status=failed")

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "results.downloaded")).one()
        assert (entry.object_id, entry.detail) == (str(placed.order_id), {"shown": {"status": "failed"}})


@pytest.mark.parametrize("query", ["", "?status=SMS_Delivered"])
def test_support_cannot_download(support: Visitor, place: Place, query: str) -> None:
    placed = place({Status.SMS_DELIVERED: 1})

    assert support.get(f"/orders/{placed.order_id}/results.csv{query}").status_code == 403
    assert "results.csv" not in support.get(f"/orders/{placed.order_id}").text


def test_somebody_from_support_who_also_sends_downloads_only_their_own(
    somebody: Callable[..., object], visitor: Callable[..., Visitor], place: Place, desk: object
) -> None:
    both = visitor().sign_in(somebody("bo", sends_for=[desk.theirs], support=True))
    ours, theirs = place({Status.SMS_DELIVERED: 1}), place({Status.SMS_DELIVERED: 1}, owner=desk.theirs)

    assert both.get(f"/orders/{ours.order_id}/results.csv").status_code == 403
    assert len(downloaded(both, theirs)) == 1


def test_another_service_owners_results_are_an_unknown_page(other_sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_DELIVERED: 1})

    assert other_sender.get(f"/orders/{placed.order_id}/results.csv").status_code == 404


def test_nothing_is_lost_or_repeated_between_two_stretches(
    sender: Visitor, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "STRETCH", 7)
    placed = place({Status.SMS_DELIVERED: 20, Status.SMS_FAILED: 15, Status.SMS_FAILED_TTL: 15})

    everything = downloaded(sender, placed)
    failed = downloaded(sender, placed, "?status=failed")

    assert [int(row["Row"]) for row in everything] == list(range(1, 51))
    assert [int(row["Row"]) for row in failed] == list(range(21, 51))


def test_thirty_thousand_rows_take_little_more_memory_than_three(sender: Visitor, place: Place, app: Flask) -> None:
    few, many = place({Status.SMS_DELIVERED: 3_000}), place({Status.SMS_DELIVERED: 30_000})

    peak_of_few, peak_of_many = _peak(sender, few), _peak(sender, many)

    assert peak_of_many < peak_of_few + 4 * 1024 * 1024


def _peak(browser: Visitor, placed: Placed) -> int:
    """The most bytes held at a time while a file is read and thrown away."""
    answer = browser.get(f"/orders/{placed.order_id}/results.csv", buffered=False)
    tracemalloc.start()
    total = sum(len(chunk) for chunk in answer.response)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    answer.close()
    assert total > 100 * (placed.last_id - placed.first_id)
    return peak


def test_no_connection_is_held_while_the_browser_reads(sender: Visitor, place: Place, app: Flask) -> None:
    placed = place({Status.SMS_DELIVERED: 3_000})
    answer = sender.get(f"/orders/{placed.order_id}/results.csv", buffered=False)

    next(iter(answer.response))

    with app.app_context():
        assert db.engine.pool.checkedout() == 0
    answer.close()


def test_a_stretch_looks_its_recipients_up_instead_of_walking_through_all(place: Place, app: Flask) -> None:
    placed = place({Status.SMS_DELIVERED: 5_000}, columns=["phone", "town"], values=["Bodø"])
    asked: list[tuple[str, object]] = []
    with app.app_context():
        db.session.execute(text("analyze"))
        event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))

        found = queries.values_of(placed.order_id, [(1, row_no) for row_no in range(2, 302)])

        driver = db.session.connection().connection.driver_connection
        assert driver is not None
        plan = "\n".join(row[0] for row in driver.execute(f"explain {asked[-1][0]}", asked[-1][1]))
    assert len(found) == 300
    assert "Seq Scan on recipient" not in plan


def test_a_row_says_its_route_why_and_in_which_environment(sender: Visitor, place: Place, change: Change) -> None:
    placed = place({Status.SMS_DELIVERED: 2}, route=Route.SIMULATED)
    until_at = datetime(2026, 11, 30, 23, tzinfo=UTC)
    change(
        rows.move, [placed.first_id], Status.SMS_DELIVERED, route=Route.REAL, route_reason=3, route_reason_at=until_at
    )
    change(rows.move, [placed.last_id], Status.SMS_DELIVERED, route=Route.SIMULATED, route_reason=4)

    first, second = downloaded(sender, placed)

    assert (first["Route"], first["Why this route"]) == ("real", "allow-listed until 30 Nov 2026")
    assert (second["Route"], second["Why this route"]) == ("simulated", "not on the allow-list")
    assert (second["Status in words"], second["Environment"]) == ("Delivered (simulated)", "test")
