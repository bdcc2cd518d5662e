"""Chat channels: what is certain after each answer, nothing told of their addresses, notes cut at whole papers."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests
from apprise.decorators import notify
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.channels import MORE, ChannelTransport, fit, note, read_channel
from broadsheet.mail.errors import AddressError, MailError
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.transport import Evidence, Outcome, Phase, Result, choose_transport
from broadsheet.settings import Settings
from webhooks import DROP, SILENCE, Webhook, closed_port

DATE = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
SECRET = "T0KENT0KEN"
NOTE = note(
    "0" * 32,
    DATE,
    "2 new papers",
    "**2 new papers**\n\n**New**\n\n- [One](https://x.example/1)\n- [größer](https://x.example/2)\n",
)
TO_TEAM = Envelope("bounces@example.org", "team")


def send(address: str, message: Message = NOTE, before_dot: Callable[[], None] = lambda: None) -> Outcome:
    with ChannelTransport({"team": address}).open() as session:
        return session.send(message, TO_TEAM, before_dot)


@pytest.mark.parametrize("scheme", ["json", "form", "xml"])
def test_a_note_is_told_with_its_title(scheme: str) -> None:
    with Webhook() as hook:
        outcome = send(f"{scheme}://{hook.host}/{SECRET}")
    assert (outcome.result, outcome.code, outcome.reply) == (Result.ACCEPTED, 200, "OK")
    [body] = hook.taken
    assert b"2" in body
    assert b"https" in body


def test_title_and_text_arrive_as_they_were_frozen() -> None:
    with Webhook() as hook:
        send(f"json://{hook.host}")
    [said] = hook.said
    text = "**New**\n\n- [One](https://x.example/1)\n- [größer](https://x.example/2)"
    assert (said["title"], said["message"]) == ("2 new papers", text)


def test_a_title_is_one_line() -> None:
    assert note("0" * 32, DATE, "a\n\nb  c", "text").data == b"a b c\n\ntext"


def test_the_dot_is_told_before_anything_is_asked() -> None:
    with Webhook() as hook:
        seen: list[int] = []
        send(f"json://{hook.host}", before_dot=lambda: seen.append(len(hook.taken)))
    assert seen == [0]


def test_what_stops_the_dot_stops_the_request() -> None:
    def stop() -> None:
        raise MailError("the journal cannot be written")

    with Webhook() as hook:
        with pytest.raises(MailError, match="journal"):
            send(f"json://{hook.host}", before_dot=stop)
        assert hook.taken == []


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (204, Result.ACCEPTED),
        (301, Result.REFUSED),
        (400, Result.REFUSED),
        (404, Result.REFUSED),
        (410, Result.REFUSED),
        (429, Result.DEFERRED),
        (500, Result.DEFERRED),
        (503, Result.DEFERRED),
        (502, Result.IN_DOUBT),
        (504, Result.IN_DOUBT),
        (DROP, Result.IN_DOUBT),
    ],
)
def test_each_answer_is_judged_for_what_is_certain(answer: int | str, result: Result) -> None:
    with Webhook(answer) as hook:
        outcome = send(f"json://{hook.host}/{SECRET}?redirect=no")
        assert len(hook.taken) == 1
    assert outcome.result is result
    assert outcome.phase is Phase.DOT
    assert outcome.code == (answer if isinstance(answer, int) else None)
    assert SECRET not in outcome.reply


def test_after_a_500_the_same_note_goes_out_again() -> None:
    with Webhook(500) as hook, ChannelTransport({"team": f"json://{hook.host}"}).open() as session:
        # The pace that a service asks for is not what is looked at here.
        first = session.send(NOTE, TO_TEAM, lambda: None)
    with Webhook() as healed:
        second = send(f"json://{healed.host}")
    assert (first.result, second.result) == (Result.DEFERRED, Result.ACCEPTED)
    assert hook.taken == healed.taken


def test_an_answer_that_does_not_come_in_time_is_a_doubt() -> None:
    with Webhook(SILENCE) as hook:
        outcome = send(f"json://{hook.host}?rto=0.2")
    assert (outcome.result, outcome.reply) == (Result.IN_DOUBT, "the service did not answer")


def test_a_service_that_cannot_be_reached_has_nothing() -> None:
    outcome = send(f"json://127.0.0.1:{closed_port()}/{SECRET}")
    assert (outcome.result, outcome.phase) == (Result.DEFERRED, Phase.CONNECT)


def test_a_service_that_speaks_no_http_is_told_first_and_doubted_when_it_says_no() -> None:
    calls: list[str] = []

    @notify(on="bulletin")
    def pin_up(body: str, title: str, notify_type: object, *arguments: object, **more: object) -> bool:
        calls.append(title)
        return False

    outcome = send("bulletin://", before_dot=lambda: calls.append("dot"))
    assert calls == ["dot", "2 new papers"]
    assert outcome.result is Result.IN_DOUBT


def test_one_of_several_places_that_has_it_makes_a_later_failure_a_doubt() -> None:
    with Webhook(200, 500) as hook:
        outcome = send(f"ntfy://{hook.host}/first,second")
        assert len(hook.taken) == 2
    assert outcome.result is Result.IN_DOUBT


def test_evidence_is_never_to_be_had() -> None:
    assert ChannelTransport({}).lookup("<a@b>", DATE) is Evidence.UNKNOWN


def test_the_setting_chooses_the_channels() -> None:
    with Webhook() as hook:
        settings = Settings(channels={"team": f"json://{hook.host}"})
        with choose_transport(settings, "channel").open() as session:
            assert session.send(NOTE, TO_TEAM, lambda: None).result is Result.ACCEPTED


def test_a_channel_that_is_gone_is_refused_before_the_dot() -> None:
    def stop() -> None:
        raise AssertionError

    with ChannelTransport({}).open() as session:
        outcome = session.send(NOTE, TO_TEAM, stop)
    assert (outcome.result, outcome.phase) == (Result.REFUSED, Phase.RCPT)


@pytest.mark.parametrize("address", ["", "nothing://x", f"discord://{SECRET}", "json://"])
def test_an_address_of_no_use_is_told_by_the_channels_name_alone(address: str) -> None:
    with pytest.raises(AddressError, match="'team'") as caught:
        read_channel("team", address)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("answer", [200, 404, 500, DROP])
def test_no_log_tells_an_address(answer: int | str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Webhook(answer) as hook:
        send(f"json://me:{SECRET}@{hook.host}/{SECRET}?-token={SECRET}")
        send(f"json://127.0.0.1:{closed_port()}/{SECRET}")
        send(f"discord://{SECRET}")
    assert SECRET not in caplog.text


def test_other_peoples_requests_go_on_as_before(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Webhook(200, 404) as hook:
        send(f"json://{hook.host}")
        assert requests.post(f"http://{hook.host}/mine", data=b"x", timeout=5).status_code == 404
    assert "/mine" in caplog.text


PAPERS = [f"- [Paper {number}](https://x.example/{number}) · {'word ' * 40}" for number in range(40)]


def test_a_note_is_cut_to_what_the_service_takes() -> None:
    service = read_channel("team", "discord://1234567890/abcdefghijklmnop")
    cut = fit("\n".join(("**New**", "", *PAPERS)), service.body_maxlen)
    assert 1700 < len(cut) <= 2000
    _, _, *kept, last = cut.split("\n")
    assert (kept, last) == (PAPERS[: len(kept)], "- … and more")


def test_a_cut_never_ends_with_a_heading() -> None:
    text = "**New**\n\n- one\n\n**Back**\n\n- two of them"
    assert [fit(text, most) for most in (len(text), len(text) - 1, 30)] == [
        text,
        "**New**\n\n- one\n- … and more",
        "**New**\n\n- one\n- … and more",
    ]


def test_a_text_without_papers_is_cut_between_words() -> None:
    assert fit("a quiet day on the list\nand more", 12) == "a quiet …"


@pytest.mark.parametrize(("wish", "messages"), [("", 1), ("?overflow=split", 3)])
def test_who_asks_for_several_messages_gets_all_of_it(wish: str, messages: int) -> None:
    papers = [f"- [Paper {number}](https://x.example) {'word ' * 700}" for number in range(20)]
    long = note("0" * 32, DATE, "Title", "\n".join(papers))
    with Webhook() as hook:
        assert send(f"json://{hook.host}{wish}", long).result is Result.ACCEPTED
    told = "".join(said["message"] for said in hook.said)
    assert len(hook.said) == messages
    assert all(len(said["message"]) <= 32768 for said in hook.said)
    assert told.endswith("- … and more") == (messages == 1)
    assert ("Paper 19" in told) == (messages > 1)


LINES = st.lists(st.sampled_from(["", "**New**", "- a", "- one paper", "- two papers here"]), min_size=2)


@given(LINES, st.integers(20, 150))
def test_a_cut_keeps_as_many_whole_lines_as_there_is_room_for(lines: list[str], most: int) -> None:
    text = "\n".join(lines)
    cut = fit(text, most)
    assert len(cut) <= most
    if cut.endswith(MORE):
        kept = cut.split("\n")[:-1]
        assert kept == lines[: len(kept)]
        papers = (place for place, line in enumerate(lines, 1) if line.startswith("- "))
        following = next((place for place in papers if place > len(kept)), None)
        assert following in {None, len(lines)} or len("\n".join((*lines[:following], MORE))) > most
