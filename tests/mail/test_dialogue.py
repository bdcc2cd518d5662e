"""What is said to a mail server and in which order, without one."""

import pytest

from broadsheet.mail.dialogue import BeforeDot, Connect, Dialogue, HangUp, Hear, Say
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.replies import NO_CODE, Reply, take_reply
from broadsheet.mail.transport import Phase, Result
from digest.made_up import UNTIL

ENVELOPE = Envelope("digest@papers.example", "ada@example.org")
MESSAGE = Message("0" * 32, UNTIL, b"Message-ID: <1@papers.example>\r\n\r\nHello\r\n")
WELCOME = {"MAIL": 250, "RCPT": 250, "DATA": 354, ".": 250, "QUIT": 221, "RSET": 250}


def listen(steps, extensions=frozenset({"pipelining"}), answers=WELCOME):
    """Drive a dialogue against a server that answers so, None for never: all steps, and what it came to."""
    taken, owed, data = [], [], False
    try:
        step = next(steps)
        while True:
            taken.append(step)
            value = None
            if isinstance(step, Connect):
                value = extensions
            elif isinstance(step, Say) and not data:
                owed += [line.split()[0].decode() for line in step.data.splitlines()]
            elif isinstance(step, Say) and step.data == b".\r\n":
                owed.append(".")
            elif isinstance(step, Hear):
                command = owed.pop(0)
                if answers[command] is None:
                    step = steps.throw(ConnectionError("gone"))
                    continue
                value = Reply(answers[command], b"2.0.0 so")
                data = command == "DATA" and value.code == 354
            step = steps.send(value)
    except StopIteration as end:
        return taken, end.value


def test_only_the_answer_to_the_dot_may_take_ten_minutes():
    """A time-out there is what makes second copies (RFC 5321 4.5.3.2.6)."""
    steps, outcome = listen(Dialogue().send(MESSAGE, ENVELOPE))
    dot = steps.index(BeforeDot(MESSAGE.delivery_id))
    assert steps[dot + 1 :] == [Say(b".\r\n", 600.0), Hear(600.0)]
    assert {step.seconds for step in steps[:dot] if isinstance(step, Say | Hear)} == {300.0}
    assert outcome.result is Result.ACCEPTED


def test_the_commands_go_in_one_packet_only_where_the_server_takes_that():
    together, _ = listen(Dialogue().send(MESSAGE, ENVELOPE))
    alone, _ = listen(Dialogue().send(MESSAGE, ENVELOPE), frozenset())
    commands = b"MAIL FROM:<digest@papers.example>\r\nRCPT TO:<ada@example.org>\r\nDATA\r\n"
    assert next(step.data for step in together if isinstance(step, Say)) == commands
    assert [step.data for step in alone if isinstance(step, Say)][:3] == commands.splitlines(keepends=True)


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT, Phase.DATA])
def test_the_dot_is_never_reached_when_a_command_was_refused(phase):
    refusing = {**WELCOME, phase.upper(): 451}
    for extensions in (frozenset({"pipelining"}), frozenset()):
        steps, outcome = listen(Dialogue().send(MESSAGE, ENVELOPE), extensions, refusing)
        assert outcome.phase is phase
        assert not any(isinstance(step, BeforeDot) for step in steps)
        assert not any(isinstance(step, Say) and step.data == b".\r\n" for step in steps)


def test_a_lost_answer_to_the_dot_ends_the_connection():
    dialogue = Dialogue()
    steps, outcome = listen(dialogue.send(MESSAGE, ENVELOPE), answers={**WELCOME, ".": None})
    assert outcome.result is Result.IN_DOUBT
    assert steps[-1] == HangUp()
    assert next(dialogue.send(MESSAGE, ENVELOPE)) == Connect()


def test_what_is_thrown_before_the_dot_keeps_it_back_and_ends_the_connection():
    steps = Dialogue().send(MESSAGE, ENVELOPE)
    for value in (None, frozenset(), None, Reply(250, b""), None, Reply(250, b""), None, Reply(354, b"")):
        step = steps.send(value)
    assert step == Say(MESSAGE.data)
    assert steps.send(None) == BeforeDot(MESSAGE.delivery_id)
    assert steps.throw(KeyError("full")) == HangUp()
    with pytest.raises(KeyError):
        steps.send(None)


@pytest.mark.parametrize(
    ("came", "reply", "left"),
    [
        (b"250 2.0.0 Ok\r\n", Reply(250, b"2.0.0 Ok"), b""),
        (b"250-one\r\n250 two\r\n354 go", Reply(250, b"one\ntwo"), b"354 go"),
        (b"250\n", Reply(250, b""), b""),
        (b"what\r\n250 Ok\r\n", Reply(NO_CODE, b""), b"250 Ok\r\n"),
        (b"250-one\r\n250 tw", None, b"250-one\r\n250 tw"),
        (b"", None, b""),
    ],
)
def test_a_reply_ends_where_it_ends(came, reply, left):
    unread = bytearray(came)
    assert take_reply(unread) == reply
    assert unread == left


def test_a_line_without_an_end_is_not_waited_for():
    with pytest.raises(ConnectionError):
        take_reply(bytearray(b"250 " + b"x" * 10_000))
