"""What a connection may do before its request has come to the point."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse, IncompleteRead

import pytest
from fastapi import Response

from broadsheet.settings import Settings
from broadsheet.web import protocol
from broadsheet.web.app import create_app
from broadsheet.web.protocol import MOST_HEAD_BYTES
from broadsheet.web.serving import serving

MUCH = 16_000_000
BEGIN = b"GET /static/icon.svg HTTP/1.1\r\nHost: site.example\r\n"


@pytest.fixture
def connected(tmp_path) -> Iterator:
    """Opens connections to a site: ``with connected() as connection``."""
    with serving(Settings(home=str(tmp_path), web_port=0)) as address:
        host, port = address.removeprefix("http://").split(":")

        @contextmanager
        def connect():
            with socket.create_connection((host, int(port)), timeout=20) as connection:
                yield connection

        yield connect


def answered(connection: socket.socket) -> int:
    """The status of the next answer, which is read whole."""
    answer = HTTPResponse(connection)
    answer.begin()
    answer.read()
    return answer.status


def test_a_head_without_end_is_cut_off(connected):
    with connected() as connection:
        connection.sendall(BEGIN)
        with pytest.raises(ConnectionError):
            drown(connection)

    with connected() as connection:
        connection.sendall(BEGIN + b"\r\n")
        assert answered(connection) == 200


def drown(connection: socket.socket) -> None:
    """Send headers until the other side has enough of them."""
    for number in range(100 * MOST_HEAD_BYTES // 10_000):
        connection.sendall(b"X-%d: " % number + b"x" * 10_000 + b"\r\n")


def test_a_head_as_long_as_browsers_send_is_read(connected):
    with connected() as connection:
        connection.sendall(BEGIN + b"X-Long: " + b"x" * 16_000 + b"\r\n\r\n")
        assert answered(connection) == 200


@pytest.mark.parametrize("begin", [b"", BEGIN])
def test_a_head_that_does_not_come_ends_the_connection(connected, monkeypatch, begin):
    monkeypatch.setattr(protocol, "LONGEST_HEAD_SECONDS", 0.3)
    with connected() as connection:
        connection.sendall(begin)
        assert connection.recv(1) == b""


def test_further_requests_on_a_connection_have_patience_of_their_own(connected, monkeypatch):
    monkeypatch.setattr(protocol, "LONGEST_HEAD_SECONDS", 2.0)
    with connected() as connection:
        for _ in range(3):
            connection.sendall(BEGIN)
            time.sleep(0.7)
            connection.sendall(b"\r\n")
            assert answered(connection) == 200


def test_a_body_of_a_further_request_is_no_head(connected):
    body = b"x" * 60_000
    with connected() as connection:
        for _ in range(3):
            connection.sendall(
                b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body) + body
            )
            assert answered(connection) in {400, 403, 422}


@pytest.fixture
def asked_for_much(tmp_path, monkeypatch) -> Iterator[socket.socket]:
    """A connection over which was asked for more than the kernel holds back for it."""

    def generous_site(*given):
        app = create_app(*given)
        app.add_api_route("/much", lambda: Response(b"x" * MUCH))
        return app

    monkeypatch.setattr("broadsheet.web.serving.create_app", generous_site)
    monkeypatch.setattr(protocol, "LONGEST_UNREAD_SECONDS", 1.0)
    with serving(Settings(home=str(tmp_path), web_port=0)) as address, socket.socket() as connection:
        host, port = address.removeprefix("http://").split(":")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        connection.settimeout(20)
        connection.connect((host, int(port)))
        connection.sendall(b"GET /much HTTP/1.1\r\nHost: site.example\r\n\r\n")
        yield connection


def test_an_answer_that_nobody_reads_is_dropped(asked_for_much):
    time.sleep(4)
    answer = HTTPResponse(asked_for_much)
    answer.begin()
    with pytest.raises(IncompleteRead):
        answer.read()


def test_an_answer_that_is_read_slowly_comes_whole(asked_for_much):
    answer = HTTPResponse(asked_for_much)
    answer.begin()
    read = 0
    while part := answer.read(MUCH // 8):
        read += len(part)
        time.sleep(0.25)
    assert read == MUCH
