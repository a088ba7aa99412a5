"""SMS by SMPP, over real sockets: from a worker's gateway through the door and the bind to an SMSC that is not ours."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import smpp34

from app.gateways import Accepted, GatewaySettings, Message, Outcome, Refused, RefusedForNow, Uncertain, reasons
from app.gateways.smpp import Smpp
from app.gateways.smpp_door import Door
from app.gateways.smpp_receipts import body_of, parse_receipts
from app.gateways.smpp_session import Session
from app.messaging.status import Status
from tests.fixtures.product import free_ports
from tests.fixtures.smsc import Smsc, text_receipt
from tests.fixtures.standin import until


@dataclass
class Inbox:
    """Where receipts are kept; it can be told to fail."""

    receipts: list[bytes] = field(default_factory=list)
    fails: bool = False

    def keep(self, receipts: Sequence[bytes]) -> None:
        if self.fails:
            raise RuntimeError("no database")
        self.receipts += receipts


@dataclass
class Bind:
    """A session and its door, in a thread of their own, as `varsel smpp` has them."""

    settings: GatewaySettings
    inbox: Inbox
    loop: asyncio.AbstractEventLoop
    session: Session
    door: Door

    def hand_over(self, *messages: Message) -> list[Outcome]:
        """As a worker does."""
        gateway = Smpp(self.settings)
        try:
            [outcomes] = gateway.submit([messages])
        finally:
            gateway.close()
        return outcomes

    def close_door(self) -> None:
        """As at the end of the process."""
        asyncio.run_coroutine_threadsafe(self.door.close(60), self.loop).result(120)


@contextmanager
def running(settings: GatewaySettings) -> Iterator[Bind]:
    """Bind until the end of the block."""
    loop, inbox = asyncio.new_event_loop(), Inbox()
    session = Session(settings, inbox.keep)
    bind = Bind(settings, inbox, loop, session, Door(settings.smpp_door, settings.secret_key, session))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(bind.door.open(), loop).result(60)
    serving = asyncio.run_coroutine_threadsafe(session.run(), loop)
    try:
        yield bind
    finally:
        bind.close_door()
        asyncio.run_coroutine_threadsafe(session.say_farewell(), loop).result(60)
        serving.cancel()
        asyncio.run_coroutine_threadsafe(_others_ended(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


async def _others_ended() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def bind(smsc: Smsc, smpp_settings: GatewaySettings) -> Iterator[Bind]:
    """A session that is bound to the SMSC."""
    with running(smpp_settings) as found:
        smsc.await_bind()
        yield found


def sms(text: str = "Hei", number: int = 1, **more: Any) -> Message:
    """A message to a Norwegian number."""
    return Message(number, "+4741000000", "Altinn", text, key=f"{number}-1", **more)


def test_it_binds_as_transceiver_and_messages_are_taken_with_a_reference(smsc: Smsc, bind: Bind) -> None:
    outcomes = bind.hand_over(sms(), sms(number=2))

    assert smsc.binds[0].system_id == "varsel"
    assert smsc.binds[0].can_receive
    assert {outcome.reference for outcome in outcomes if isinstance(outcome, Accepted)} == {"id-1", "id-2"}
    assert [event.short_message for event in smsc.submitted] == [b"Hei", b"Hei"]


def test_each_segment_keeps_its_reference(smsc: Smsc, bind: Bind) -> None:
    [outcome] = bind.hand_over(sms("x" * 400))

    assert outcome == Accepted("id-1", code="ESME_ROK", segments=("id-1", "id-2", "id-3"))
    assert [event.short_message[4:6] for event in smsc.submitted] == [b"\3\1", b"\3\2", b"\3\3"]


def test_an_id_in_hexadecimal_is_kept_as_receipts_write_it(smsc: Smsc, smpp_settings: GatewaySettings) -> None:
    smsc.answer = lambda event, number: "00FF"
    with running(replace(smpp_settings, smpp_answer_ids="hex")) as bind:
        smsc.await_bind()

        [outcome] = bind.hand_over(sms())

    assert outcome == Accepted("255", code="ESME_ROK")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (
            smpp34.ESME_RINVDSTADR,
            Refused(Status.SMS_FAILED_INVALID_RECIPIENT, reasons.INVALID_RECIPIENT, "ESME_RINVDSTADR", "0x0B"),
        ),
        (
            smpp34.ESME_RINVSRCADR,
            Refused(Status.SMS_FAILED_REJECTED, reasons.SENDER_ID_REFUSED, "ESME_RINVSRCADR", "0x0A"),
        ),
        (smpp34.ESME_RINVMSGLEN, Refused(Status.SMS_FAILED, reasons.TEXT_TOO_LONG, "ESME_RINVMSGLEN", "0x01")),
        (smpp34.ESME_RUNKNOWNERR, Refused(Status.SMS_FAILED, reasons.GATEWAY_REFUSED, "ESME_RUNKNOWNERR", "0xFF")),
        (smpp34.ESME_RSYSERR, RefusedForNow("ESME_RSYSERR", "0x08")),
        (smpp34.ESME_RTHROTTLED, RefusedForNow("ESME_RTHROTTLED", "0x58", 1.0)),
        (smpp34.ESME_RMSGQFUL, RefusedForNow("ESME_RMSGQFUL", "0x14", 1.0)),
    ],
)
def test_a_status_is_for_good_or_for_now_with_its_reason(
    smsc: Smsc, bind: Bind, status: int, expected: Outcome
) -> None:
    smsc.answer = lambda event, number: status

    assert bind.hand_over(sms()) == [expected]


def test_an_smsc_that_is_told_too_much_is_left_alone_for_a_while(smsc: Smsc, bind: Bind) -> None:
    smsc.answer = lambda event, number: smpp34.ESME_RTHROTTLED if number == 1 else "taken"
    began = time.monotonic()
    first = bind.hand_over(sms())
    second = bind.hand_over(sms(number=2))

    assert [type(first[0]), type(second[0])] == [RefusedForNow, Accepted]
    assert time.monotonic() - began >= 1.0


def test_a_text_that_has_begun_to_go_out_goes_on_after_a_while(smsc: Smsc, bind: Bind) -> None:
    smsc.answer = lambda event, number: smpp34.ESME_RTHROTTLED if number == 2 else f"id-{number}"

    [outcome] = bind.hand_over(sms("x" * 200))

    assert isinstance(outcome, Accepted)
    assert outcome.segments == ("id-1", "id-3")
    assert smsc.submitted[1].short_message == smsc.submitted[2].short_message


def test_a_message_that_is_never_answered_is_uncertain_and_the_others_are_not(
    smsc: Smsc, smpp_settings: GatewaySettings
) -> None:
    smsc.answer = lambda event, number: None if b"stall" in event.short_message else "taken"
    with running(replace(smpp_settings, smpp_timeout_s=2.0)) as bind:
        smsc.await_bind()

        outcomes = bind.hand_over(sms("stall"), sms(number=2))

    assert isinstance(outcomes[0], Uncertain)
    assert isinstance(outcomes[1], Accepted)


def test_the_window_is_never_wider_than_it_may_be(smsc: Smsc, smpp_settings: GatewaySettings) -> None:
    smsc.answer = lambda event, number: None
    with running(replace(smpp_settings, smpp_window=3)) as bind:
        smsc.await_bind()
        handing = threading.Thread(target=bind.hand_over, args=[sms(number=n) for n in range(6)])
        handing.start()
        until(lambda: len(smsc.submitted) >= 3)
        time.sleep(0.3)
        widest = len(smsc.submitted)
        smsc.answer = lambda event, number: f"id-{number}"
        smsc.do(_taken(smsc.submitted[:3]))
        handing.join()

    assert widest == 3
    assert len(smsc.submitted) == 6


async def _taken(events: Sequence[Any]) -> None:
    for number, event in enumerate(events, 1):
        event.accept(f"id-{number}")


def test_a_lost_bind_is_renewed_and_messages_wait_for_it(smsc: Smsc, bind: Bind) -> None:
    first = smsc.await_bind().session_id
    smsc.cut()

    until(lambda: smsc.binds and smsc.binds[-1].session_id != first)

    assert isinstance(bind.hand_over(sms())[0], Accepted)


def test_without_an_smsc_nothing_is_handed_over_and_all_may_go_again(smpp_settings: GatewaySettings) -> None:
    nobody = replace(smpp_settings, smpp_port=free_ports(1)[0])
    with running(nobody) as bind:
        [outcome] = bind.hand_over(sms())

    assert isinstance(outcome, RefusedForNow)
    assert outcome.code == "bind"
    assert "No connection to the SMSC" in outcome.words


def test_a_link_on_which_the_smsc_is_silent_is_given_up(smpp_settings: GatewaySettings) -> None:
    """A listener that takes the bind and then says nothing more, not even to `enquire_link`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        binds: list[socket.socket] = []
        thread = threading.Thread(target=_take_binds, args=(listener, binds), daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        with running(replace(smpp_settings, smpp_port=port, smpp_enquire_s=0.1, smpp_timeout_s=1.0)):
            until(lambda: len(binds) >= 2)
    for one in binds:
        one.close()

    assert len(binds) >= 2


def _take_binds(listener: socket.socket, binds: list[socket.socket]) -> None:
    while True:
        try:
            one, _ = listener.accept()
        except OSError:
            return
        with suppress(OSError):
            asked = one.recv(1000)
            one.sendall(bytes.fromhex("000000118000000900000000") + asked[12:16] + b"\0")
            binds.append(one)


def test_a_receipt_is_kept_before_it_is_answered(smsc: Smsc, bind: Bind) -> None:
    by_text = smsc.report(text_receipt("id-1"))
    by_field = smsc.report(receipted_message_id=b"id-2\0", message_state=b"\5")

    reports = parse_receipts(body_of(bind.inbox.receipts, "text"))
    assert (by_text, by_field) == (0, 0)
    assert [(report.reference, report.state) for report in reports] == [
        ("id-1", Status.SMS_DELIVERED),
        ("id-2", Status.SMS_FAILED_UNDELIVERED),
    ]


def test_a_receipt_that_cannot_be_kept_is_asked_for_again(smsc: Smsc, bind: Bind) -> None:
    bind.inbox.fails = True
    first = smsc.report(text_receipt("id-1"))
    bind.inbox.fails = False
    second = smsc.report(text_receipt("id-1"))

    assert (first, second) == (0x64, 0)
    assert len(bind.inbox.receipts) == 1


def test_what_people_write_is_answered_and_not_kept(smsc: Smsc, bind: Bind) -> None:
    assert smsc.write("Hei, hvem er du?") == 0
    assert bind.inbox.receipts == []


def test_too_long_a_text_is_not_begun(smsc: Smsc, bind: Bind) -> None:
    [outcome] = bind.hand_over(sms("x" * 3000))

    assert outcome == Refused(Status.SMS_FAILED, reasons.TEXT_TOO_LONG)
    assert smsc.submitted == []


def test_whoever_does_not_know_the_key_hands_over_nothing(smsc: Smsc, bind: Bind) -> None:
    stranger = Smpp(replace(bind.settings, secret_key="a guess"))

    [[outcome]] = stranger.submit([[sms()]])

    assert isinstance(outcome, RefusedForNow)
    assert smsc.submitted == []


def test_without_the_process_that_holds_the_bind_all_may_go_again(smpp_settings: GatewaySettings) -> None:
    [[outcome]] = Smpp(smpp_settings).submit([[sms()]])

    assert isinstance(outcome, RefusedForNow)
    assert outcome.code == "door"


def test_a_process_that_ends_answers_what_is_under_way_and_takes_nothing_more(smsc: Smsc, bind: Bind) -> None:
    released = threading.Event()

    async def wait(event: Any, number: int) -> None:
        while not released.is_set():
            await asyncio.sleep(0.01)

    smsc.on_submit = wait
    heard: list[Outcome] = []
    handing = threading.Thread(target=lambda: heard.extend(bind.hand_over(sms())))
    handing.start()
    until(lambda: smsc.submitted)
    closing = threading.Thread(target=bind.close_door)
    closing.start()
    released.set()
    closing.join()
    handing.join()

    assert isinstance(heard[0], Accepted)
    assert isinstance(bind.hand_over(sms(number=2))[0], RefusedForNow)


@pytest.mark.parametrize("told", [b"", b"\n", b"[]\n", b'{"nonce": 1}\n{"proof": "x"}\n', b"\xff\xfe\n"])
def test_nonsense_at_the_door_harms_nobody(smsc: Smsc, bind: Bind, told: bytes) -> None:
    with socket.create_connection(("127.0.0.1", bind.door.port)) as stranger:
        stranger.sendall(told)

    assert isinstance(bind.hand_over(sms())[0], Accepted)
