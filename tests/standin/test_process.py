"""The stand-in as a process: it starts, says where it is, ends when told, and says why when it cannot start."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest
import urllib3


def start(*words, environment=None):
    return subprocess.Popen(
        [sys.executable, "-m", "app.standin", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_when_it_says_so_and_ends_when_told(number):
    process = start("--http-port=0", "--smtp-port=0")
    url = re.search(r"http://\S+", process.stdout.readline())[0]

    assert urllib3.request("GET", f"{url}healthz").status == 200
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("option", ["--port", "--smtp-port"])
def test_a_port_in_use_is_one_sentence(option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        other = "--smtp-port=0" if option == "--port" else "--port=0"
        process = start(f"{option}={taken.getsockname()[1]}", other)
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert "cannot start" in errors


def test_its_account_comes_from_the_environment_where_no_list_of_processes_shows_it():
    process = start(
        "--http-port=0", "--smtp-port=0", environment={"VARSEL_LINK_USER": "varsel", "VARSEL_LINK_PASSWORD": "secret"}
    )
    url = re.search(r"http://\S+", process.stdout.readline())[0]

    answer = urllib3.request("POST", url, body="<SESSION><CLIENT>varsel</CLIENT><PW>wrong</PW></SESSION>").data
    process.terminate()
    process.communicate(timeout=60)

    assert b"<LOGON>FAIL</LOGON>" in answer
