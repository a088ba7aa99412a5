"""A stand-in that may listen anywhere finds a port, also where somebody takes the one that was free a moment ago."""

import socket

import pytest

from app.standin import Standin, StandinSettings
from tests.fixtures.product import free_ports


def test_where_any_port_will_do_another_is_taken_when_somebody_was_faster() -> None:
    standin = Standin(StandinSettings(http_port=0, smtp_port=0))
    found = standin.smtp_port

    with socket.create_server(("127.0.0.1", found)), standin:
        assert standin.smtp_port != found
        with socket.create_connection(("127.0.0.1", standin.smtp_port), 10) as mail:
            assert mail.recv(3) == b"220"


def test_a_port_that_was_asked_for_and_is_taken_is_said_to_be() -> None:
    [wanted] = free_ports(1)
    standin = Standin(StandinSettings(http_port=0, smtp_port=wanted))

    with socket.create_server(("127.0.0.1", wanted)), pytest.raises(OSError, match="in use"):
        standin.start()
