"""SMS by SMPP the whole way: placed orders, the real process that holds the bind, an SMSC that is not ours."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import app as product
from app.messaging.status import ReportEffect, ShipmentStatus
from tests.dispatch.desk import Desk, numbers
from tests.fixtures.product import free_ports
from tests.fixtures.smsc import Smsc, text_receipt
from tests.fixtures.standin import until

EFFECTS = "select effect from delivery_report order by id"
RECEIPTS = "select coalesce(sum(reports), 0) from report_inbox where due_at < 'infinity'"
UNCERTAIN = "select count(*) from notification_state where uncertain"


@pytest.fixture
def settings(settings: dict[str, object], smsc: Smsc) -> dict[str, object]:
    """One gateway, by SMPP."""
    return {
        **settings,
        "ENVIRONMENT": "production",
        "GATEWAYS": "smpp",
        "SMPP_HOST": "127.0.0.1",
        "SMPP_PORT": smsc.port,
        "SMPP_SYSTEM_ID": "varsel",
        "SMPP_PASSWORD": "secret",
        "SMPP_TIMEOUT_S": 30.0,
        "SMPP_DOOR": f"127.0.0.1:{free_ports(1)[0]}",
    }


Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start_bind(desk: Desk, smsc: Smsc) -> Iterator[Start]:
    """Start the process that holds the bind, and return when it is bound; it is killed at the end."""
    started: list[subprocess.Popen[bytes]] = []
    names = ("SECRET_KEY", "REDIS_URL", "DATABASE_URL", "ENVIRONMENT", "GATEWAYS")
    wanted = [*names, *(name for name in desk.app.config if name.startswith("SMPP_"))]
    environment = {**os.environ, **{f"VARSEL_{name}": str(desk.app.config[name]) for name in wanted}}

    def start() -> subprocess.Popen[bytes]:
        root = Path(product.__file__).parent.parent
        process = subprocess.Popen([sys.executable, "-m", "app.cli", "smpp"], cwd=root, env=environment)
        started.append(process)
        until(lambda: smsc.binds or process.poll() is not None, 60)
        assert smsc.binds, f"It ended with {process.returncode}."
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def kill(process: subprocess.Popen[bytes], smsc: Smsc) -> None:
    """As power cuts do."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until(lambda: not smsc.binds)


def try_again(desk: Desk) -> None:
    """The time of what was refused for now has come."""
    desk.do("update notification_state set due_at = clock_timestamp() where due_at is not null")
    desk.sweep()
    desk.send()


def test_messages_are_delivered_when_their_receipts_come(desk: Desk, smsc: Smsc, start_bind: Start) -> None:
    start_bind()
    shipment_id = desk.place(numbers(30))
    desk.start()
    desk.send()
    accepted = desk.statuses(shipment_id)
    for number in range(1, 30):
        smsc.report(text_receipt(f"id-{number}"))
    smsc.report(receipted_message_id=b"id-30\0", message_state=b"\5")
    desk.work()

    assert accepted == {"SMS_ACCEPTED": 30}
    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 29, "SMS_FAILED_UNDELIVERED": 1}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    desk.assert_counters_are_right()


def test_a_receipt_that_outruns_its_own_answer_waits_for_it(desk: Desk, smsc: Smsc, start_bind: Start) -> None:
    async def report_first(event: Any, number: int) -> None:
        await smsc.reported(text_receipt(f"id-{number}"))

    start_bind()
    smsc.on_submit = report_first
    shipment_id = desk.place(numbers(1))
    desk.start()
    handing = threading.Thread(target=_in_context, args=(desk, desk.send))
    handing.start()
    until(lambda: desk.rows(RECEIPTS) == [(1,)])
    handing.join()
    desk.do("update report_inbox set due_at = clock_timestamp()")
    desk.apply()

    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 1}


def _in_context(desk: Desk, deed: Callable[[], None]) -> None:
    with desk.app.app_context():
        deed()


def test_a_long_text_is_delivered_when_all_its_segments_are(desk: Desk, smsc: Smsc, start_bind: Start) -> None:
    start_bind()
    shipment_id = desk.place(numbers(1), body="x" * 400)
    desk.start()
    desk.send()

    standing = []
    for number in (3, 1, 1, 2):
        smsc.report(text_receipt(f"id-{number}"))
        desk.apply()
        standing.append(list(desk.statuses(shipment_id)))

    assert standing == [["SMS_ACCEPTED"], ["SMS_ACCEPTED"], ["SMS_ACCEPTED"], ["SMS_DELIVERED"]]
    effects = [row.effect for row in desk.rows(EFFECTS)]
    assert effects == [ReportEffect.NO_CHANGE] * 3 + [ReportEffect.APPLIED]
    desk.assert_counters_are_right()


def test_segments_reported_together_count_together(desk: Desk, smsc: Smsc, start_bind: Start) -> None:
    start_bind()
    shipment_id = desk.place(numbers(2), body="x" * 400)
    desk.start()
    desk.send()
    for number in range(1, 7):
        smsc.report(text_receipt(f"id-{number}", "DELIVRD" if number != 5 else "UNDELIV"))
    desk.apply()

    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 1, "SMS_FAILED_UNDELIVERED": 1}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_a_word_on_the_way_changes_nothing_and_is_no_riddle(desk: Desk, smsc: Smsc, start_bind: Start) -> None:
    start_bind()
    shipment_id = desk.place(numbers(1))
    desk.start()
    desk.send()
    smsc.report(text_receipt("id-1", "ENROUTE"))
    desk.apply()
    desk.do("update report_inbox set due_at = clock_timestamp()")
    desk.apply()

    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 1}
    assert [row.effect for row in desk.rows(EFFECTS)] == [ReportEffect.NO_CHANGE]


def test_a_killed_bind_leaves_in_doubt_what_was_on_its_way_and_no_more(
    desk: Desk, smsc: Smsc, start_bind: Start
) -> None:
    smsc.answer = lambda event, number: f"id-{number}" if number <= 20 else None
    process = start_bind()
    shipment_id = desk.place(numbers(100))
    desk.start()
    handing = threading.Thread(target=_in_context, args=(desk, desk.send))
    handing.start()
    until(lambda: len(smsc.submitted) == 30)
    kill(process, smsc)
    handing.join()

    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 20, "SMS_SENDING": 10, "SMS_NEW": 70}
    assert desk.rows(UNCERTAIN) == [(10,)]

    smsc.answer = lambda event, number: f"id-{number}"
    start_bind()
    try_again(desk)

    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 90, "SMS_SENDING": 10}
    assert len({event.destination_addr for event in smsc.submitted}) == 100
    assert len(smsc.submitted) == 100


def test_receipts_are_stored_by_whichever_process_is_bound(desk: Desk, smsc: Smsc, start_bind: Start) -> None:
    process = start_bind()
    shipment_id = desk.place(numbers(2))
    desk.start()
    desk.send()
    smsc.report(text_receipt("id-1"))
    kill(process, smsc)
    start_bind()
    smsc.report(text_receipt("id-2"))
    smsc.report(text_receipt("id-1"))
    desk.work()

    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 2}


def test_a_receipt_that_cannot_be_read_stands_alone(desk: Desk, smsc: Smsc, start_bind: Start) -> None:
    from app.gateways import GatewaySettings
    from app.smpp import keep

    broken = bytes.fromhex("000000120000000500000000000000010000")
    keep(desk.app, GatewaySettings(name="smpp"), [broken])
    start_bind()
    smsc.report(text_receipt("nobody's"))
    desk.apply()

    assert desk.rows("select count(*) from report_inbox where due_at = 'infinity'") == [(1,)]


def test_a_process_that_is_told_to_stop_unbinds(smsc: Smsc, start_bind: Start) -> None:
    process = start_bind()

    process.terminate()

    assert process.wait(60) == 0
    until(lambda: not smsc.binds)
