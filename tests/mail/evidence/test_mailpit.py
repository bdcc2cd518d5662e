"""Mailpit as evidence: a server that answers its search as Mailpit does."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from broadsheet.mail.evidence.mailpit import SETTLED_AFTER, Mailpit
from broadsheet.mail.transport import Evidence

DOT = datetime(2026, 11, 20, 7, tzinfo=UTC)


class Server(ThreadingHTTPServer):
    """Answers ``GET /api/v1/search`` with the summaries whose Message-ID contains what is searched for."""

    stored = ("one@papers.example",)
    status = 200
    body: bytes | None = None

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked = urlsplit(self.path)
            wanted = parse_qs(asked.query)["query"][0].removeprefix("message-id:").strip('"')
            found = [name for name in self.server.stored if wanted in name]
            summaries = [{"ID": "x", "MessageID": name, "Read": False, "Subject": "News"} for name in found]
            answer = {"total": 9, "messages_count": len(found), "start": 0, "messages": summaries}
            self.send_response(self.server.status if asked.path == "/api/v1/search" else 404)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode() if self.server.body is None else self.server.body)

        def log_message(self, *_):
            pass


@pytest.fixture
def server():
    with Server(("127.0.0.1", 0), Server.Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def lookup(server, message_id, after=SETTLED_AFTER):
    mailpit = Mailpit(f"http://127.0.0.1:{server.server_port}/", now=lambda: DOT + after)
    return mailpit.lookup(message_id, DOT)


def test_a_stored_mail_was_accepted(server):
    assert lookup(server, "<one@papers.example>") is Evidence.ACCEPTED
    assert lookup(server, "<one@papers.example>", timedelta(0)) is Evidence.ACCEPTED


def test_a_part_of_an_identifier_is_another_one(server):
    assert lookup(server, "<ne@papers.example>") is Evidence.ABSENT


def test_absence_counts_once_it_had_time_to_store_it(server):
    assert lookup(server, "<two@papers.example>", timedelta(seconds=59)) is Evidence.LATER
    assert lookup(server, "<two@papers.example>") is Evidence.ABSENT


def test_a_server_that_is_away_may_know_later(server, caplog):
    server.status = 503
    assert lookup(server, "<one@papers.example>") is Evidence.LATER
    assert Mailpit("http://127.0.0.1:1").lookup("<one@papers.example>", DOT) is Evidence.LATER
    assert "papers.example" not in caplog.text


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"messages": [{"Subject": "x"}]}'])
def test_what_is_no_mailpit_tells_nothing(server, body):
    server.body = body
    assert lookup(server, "<one@papers.example>") is Evidence.UNKNOWN
