"""A condition is asked over TLS, at the address that was judged, and only a clear answer is one."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.conditions.answer import LONGEST_URL, Answer, Asked, InvalidUrl, check_url
from app.conditions.asking import MOST_BYTES, Rules, ask, ask_all
from tests.fixtures.conditions import Endpoint

Conversation = Callable[[ssl.SSLSocket], None]


@pytest.fixture
def server(certificates: Path) -> Iterator[Callable[[Conversation], str]]:
    """Starts a server that says over TLS what it is told to; gives its address."""
    listeners: list[socket.socket] = []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificates / "server.pem")

    def start(talk: Conversation) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            with suppress(OSError):
                plain, _ = listener.accept()
                with tls.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(4096)
                    talk(connection)

        threading.Thread(target=serve, daemon=True).start()
        return f"https://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize(("send", "answer"), [(True, Answer.YES), (False, Answer.NO)])
def test_true_says_send_and_false_says_not(endpoint: Endpoint, send: bool, answer: Answer) -> None:
    url = endpoint.tell("one", send=send)

    assert ask(url, endpoint.rules) == Asked(answer, 200)


@pytest.mark.parametrize(
    ("told", "answer", "status"),
    [
        ({"status": 500}, Answer.BAD_STATUS, 500),
        ({"status": 404}, Answer.BAD_STATUS, 404),
        ({"status": 302, "location": "https://example.no/"}, Answer.REDIRECT, 302),
        ({"status": 307, "location": "/conditions/other"}, Answer.REDIRECT, 307),
        ({"send": None}, Answer.NO_BOOLEAN, 200),
        ({"body": '{"sendNotification": "false"}'}, Answer.NO_BOOLEAN, 200),
        ({"body": '{"sendNotification": 0}'}, Answer.NO_BOOLEAN, 200),
        ({"body": "true"}, Answer.NO_BOOLEAN, 200),
        ({"body": "[false]"}, Answer.NO_BOOLEAN, 200),
        ({"body": "no"}, Answer.NOT_JSON, 200),
        ({"body": ""}, Answer.NOT_JSON, 200),
        ({"body": "[" * 50_000}, Answer.NOT_JSON, 200),
        ({"body": '{"sendNotification": false}' + " " * MOST_BYTES}, Answer.TOO_LONG, 200),
    ],
)
def test_anything_else_is_no_clear_answer(
    endpoint: Endpoint, told: dict[str, object], answer: Answer, status: int
) -> None:
    url = endpoint.tell("one", **told)

    assert ask(url, endpoint.rules) == Asked(answer, status)


def test_an_answer_as_long_as_may_be_is_read_to_its_end(endpoint: Endpoint) -> None:
    said = '{"sendNotification": false}'
    url = endpoint.tell("one", body=said + " " * (MOST_BYTES - len(said)))

    assert ask(url, endpoint.rules).answer is Answer.NO


def test_a_redirect_is_not_followed(endpoint: Endpoint) -> None:
    url = endpoint.tell("one", status=302, location="/conditions/two")

    ask(url, endpoint.rules)

    assert endpoint.asked("two") == 0


def test_this_machine_is_not_asked_where_no_setting_lets_it(endpoint: Endpoint) -> None:
    rules = Rules(ca_file=endpoint.ca_file)

    answers = ask_all([endpoint.url("one"), f"https://localhost:{endpoint.port}/conditions/one"], rules)

    assert {asked.answer for asked in answers} == {Answer.REFUSED_ADDRESS}
    assert endpoint.asked("one") == 0


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "[fd00:ec2::254]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "2130706434",
    ],
)
def test_what_is_inside_is_not_asked_in_any_spelling(host: str) -> None:
    rules = Rules(within_s=30.0)

    assert ask(f"https://{host}/", rules).answer is Answer.REFUSED_ADDRESS


def test_a_name_is_asked_as_well_as_an_address(endpoint: Endpoint) -> None:
    assert ask(f"https://localhost:{endpoint.port}/conditions/one", endpoint.rules).answer is Answer.YES


def test_a_name_that_does_not_exist_gives_no_answer() -> None:
    assert ask("https://no-such-name.invalid/", Rules(within_s=30.0)).answer in (Answer.NO_NAME, Answer.TOO_SLOW)


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(endpoint: Endpoint) -> None:
    rules = Rules(with_loopback=True, within_s=30.0)

    assert ask(endpoint.url("one"), rules).answer is Answer.NOT_TRUSTED
    assert endpoint.asked("one") == 0


def test_a_certificate_of_another_host_is_not_trusted(endpoint: Endpoint) -> None:
    url = f"https://127.0.0.2:{endpoint.port}/conditions/one"

    answer = ask(url, endpoint.rules).answer

    # Nobody listens there where the machine keeps this address to itself.
    assert answer in (Answer.NOT_TRUSTED, Answer.NO_CONNECTION)
    assert endpoint.asked("one") == 0


def test_the_certificate_is_held_against_the_name_and_not_the_address(
    server: Callable[[Conversation], str], certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server(_says(b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n" + b'{"sendNotification": true}'))
    _let_resolve(monkeypatch, {"elsewhere.example": ["127.0.0.1"]})
    rules = Rules(with_loopback=True, ca_file=str(certificates / "ca.pem"), within_s=30.0)

    assert ask(url.replace("127.0.0.1", "elsewhere.example"), rules).answer is Answer.NOT_TRUSTED


def test_a_name_with_one_address_inside_is_a_trap(monkeypatch: pytest.MonkeyPatch) -> None:
    _let_resolve(monkeypatch, {"trap.example": ["91.203.5.1", "10.0.0.1"]})

    assert ask("https://trap.example/", Rules(within_s=30.0)).answer is Answer.REFUSED_ADDRESS


def test_the_name_is_resolved_once_and_the_connection_goes_to_what_was_judged(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _let_resolve(monkeypatch, {"localhost": ["127.0.0.1"]})

    answer = ask(f"https://localhost:{endpoint.port}/conditions/one", endpoint.rules)

    assert answer.answer is Answer.YES
    assert asked.count("localhost") == 1


def test_nobody_listening_is_no_clear_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert ask(f"https://127.0.0.1:{port}/", Rules(with_loopback=True, within_s=30.0)).answer is Answer.NO_CONNECTION


def test_an_answer_that_is_cut_short_is_not_clear(server: Callable[[Conversation], str], endpoint: Endpoint) -> None:
    url = server(_says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"))

    assert ask(url, endpoint.rules).answer is Answer.CUT


@pytest.mark.parametrize("begins", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"])
def test_a_server_that_says_a_little_now_and_then_is_left_in_time(
    server: Callable[[Conversation], str], endpoint: Endpoint, begins: bytes
) -> None:
    def drip(connection: ssl.SSLSocket) -> None:
        connection.sendall(begins)
        while True:
            connection.sendall(b"a")
            time.sleep(0.05)

    rules = Rules(with_loopback=True, ca_file=endpoint.ca_file, within_s=0.6)
    began = time.monotonic()

    assert ask(server(drip), rules).answer is Answer.TOO_SLOW
    assert time.monotonic() - began < 30


def test_several_are_asked_in_the_time_of_one(endpoint: Endpoint) -> None:
    urls = [endpoint.tell(f"slow-{n}", slow_s=3.0, send=n % 2 == 0) for n in range(6)]
    rules = Rules(with_loopback=True, ca_file=endpoint.ca_file, within_s=60.0)
    began = time.monotonic()

    answers = ask_all(urls, rules)

    assert [asked.answer for asked in answers] == [Answer.YES, Answer.NO] * 3
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "url",
    [
        "http://example.no/", "example.no", "https://", "https:///path", "ftp://example.no", "https://a:b@example.no/",
        "https://example.no/#part", "https://example.no:99999/", "https://example.no/ a", "https://exæmple.no/",
        "https://[::1", "https://example.no/" + "a" * LONGEST_URL,
    ],
)  # fmt: skip
def test_an_address_that_can_never_be_asked_is_refused_in_words(url: str) -> None:
    with pytest.raises(InvalidUrl) as refused:
        check_url(url)

    assert refused.value.words.endswith(".")


@pytest.mark.parametrize(
    "url", ["https://example.no", "https://example.no:8443/a/b?key=1&x=%20", "https://[2a02:c0::1]/"]
)
def test_an_https_address_may_be_written(url: str) -> None:
    assert check_url(url).hostname


def _says(answer: bytes) -> Conversation:
    return lambda connection: connection.sendall(answer)


def _let_resolve(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> list[str]:
    """Let names lead to these addresses; lists which were asked for."""
    resolve, asked = socket.getaddrinfo, []

    def answer(host: str, port: int, *args: object, **others: object) -> object:
        asked.append(host)
        found = [resolve(address, port, *args, **others) for address in names.get(host, [host])]
        return [line for lines in found for line in lines]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked
