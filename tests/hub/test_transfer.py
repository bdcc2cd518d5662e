"""One exchange and its limits: how long it may take, how much it may bring."""

from broadsheet.hub.validators import answer_of
from broadsheet.sample.faults import CutBody, EndlessBody, GzipBomb, Hang, Status
from hub.asking import TRENDING, statuses


def test_a_hub_that_does_not_answer_is_not_waited_for_long(make_client, hub):
    make_client().fetch(TRENDING)  # what follows is made already, and quick to send
    hub.fail("/papers", Hang())
    silent, answer = make_client(read_timeout_seconds=1.0).fetch(TRENDING)
    assert (silent.status, silent.error) == (None, "no answer within 1 s")
    assert answer.status == 200


def test_nobody_at_home_is_said_plainly(make_client, hub):
    hub.close()
    captures = make_client(max_attempts=2).fetch(TRENDING)
    assert statuses(captures) == [None, None, None]
    assert captures[0].error == "no answer: Connection refused"
    assert "robots.txt could not be read" in captures[-1].error


def test_an_endless_body_is_stopped_at_the_limit(make_client, hub):
    hub.fail("/papers", EndlessBody(), times=None)
    _, capture = make_client(max_body_bytes=500_000).fetch(TRENDING)
    assert (capture.status, capture.body) == (200, b"")
    assert "larger than 500,000 bytes" in capture.error


def test_a_trickle_is_stopped_by_the_clock(make_client, hub):
    make_client().fetch(TRENDING)
    hub.fail("/papers", EndlessBody(chunk=1, pause=0.01), times=None)
    (capture,) = make_client(total_timeout_seconds=1.0, max_attempts=1).fetch(TRENDING)
    assert "took longer than 1 s" in capture.error
    assert capture.body.strip() == b""


def test_silence_within_an_answer_is_cut(make_client, hub):
    make_client().fetch(TRENDING)
    hub.fail("/papers", EndlessBody(chunk=1000, pause=60))
    cut, answer = make_client(read_timeout_seconds=1.0).fetch(TRENDING)
    assert "silent for 1 s" in cut.error
    assert len(cut.body) == 1000
    assert answer.status == 200


def test_a_gzip_bomb_is_stopped_while_it_unpacks(make_client, hub):
    hub.fail("/papers", GzipBomb(megabytes=1024), times=None)
    _, capture = make_client(max_decoded_bytes=1_000_000).fetch(TRENDING)
    assert (capture.status, capture.body) == (200, b"")
    assert "unpacks to more than 1,000,000 bytes" in capture.error


def test_a_body_that_is_cut_off_is_no_answer(make_client, hub):
    hub.fail("/papers", CutBody())
    _, cut, answer = make_client().fetch(TRENDING)
    assert cut.status == 200
    assert cut.error
    assert answer.error is None
    assert answer_of([cut]) == ()


def test_a_coding_that_was_not_asked_for_is_an_error(make_client, hub):
    hub.fail("/papers", Status(200, {"Content-Encoding": "br"}, "xx"), times=None)
    capture = make_client(max_attempts=1).fetch(TRENDING)[-1]
    assert "'br'" in capture.error
