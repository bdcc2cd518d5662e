"""Letters: before digests, to whom they are written, as text and HTML."""

from email import message_from_bytes, policy

import pytest

from broadsheet.mail import subscribers
from broadsheet.mail.accounts import open_runs
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.errors import MailError
from broadsheet.mail.identity import read_address
from broadsheet.mail.ledger import Shard
from broadsheet.mail.letters import Words, post_letter
from broadsheet.mail.locks import shard_lock
from broadsheet.mail.office import deliver_due
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import State, SubscriberState
from broadsheet.mail.subscribers import Newcomer
from mail.mailroom import Scripted, accepted, lost


def subject(mail):
    return message_from_bytes(mail, policy=policy.default)["Subject"]


def post(room, number=1, kind="confirmation"):
    def posted(con):
        reader = subscribers.get(con, room.numbers[number])
        return post_letter(
            con,
            room.settings,
            reader,
            Words(kind, "Please confirm", "Hello.\n\nConfirm: https://d.example/c/1"),
            room.now,
        )

    return room.do(posted)


def test_letters_go_out_before_digests(mailroom):
    room, relay = mailroom(2), Scripted()
    key = post(room)
    report = deliver_due(room.settings, lambda: room.now, relay)
    assert key == f"letter:{room.numbers[1]}:1"
    assert subject(relay.mails[0][1]) == "Please confirm"
    assert report.done == {State.ACCEPTED: 3}
    assert set(report.closed) == {key, room.run_key}


def test_a_letter_is_text_and_html_with_a_link_and_nothing_of_a_list(mailroom):
    room, relay = mailroom(1), Scripted()
    post(room)
    deliver_due(
        room.settings,
        lambda: room.now,
        relay,
    )
    letter = message_from_bytes(relay.mails[0][1], policy=policy.default)
    text, html = letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()
    assert text.replace("\r", "") == "Hello.\n\nConfirm: https://d.example/c/1\n"
    assert '<a href="https://d.example/c/1"' in html
    assert "List-Unsubscribe" not in letter
    assert "List-Id" not in letter
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_letter_goes_to_who_has_not_confirmed_yet_but_not_to_who_may_not_be_written_to(mailroom):
    room = mailroom(2)
    post(room, 1)
    post(room, 2)
    room.do(lambda con: subscribers.unsubscribe(con, room.numbers[1], Act(room.now, "web")))
    room.do(lambda con: subscribers.suppress(con, room.numbers[2], Act(room.now, "cli")))
    first = post(room, 1)
    relay = Scripted()
    deliver_due(room.settings, lambda: room.now, relay)
    assert [to for to, _ in relay.mails] == ["1@example.org"]
    assert room.do(open_runs) == ()
    assert first.endswith(":2")


def test_a_letter_whose_answer_was_lost_is_sent_again_with_the_same_bytes(mailroom):
    room = mailroom(1)
    post(room)
    answers = [lost(), accepted(), accepted()]
    relay = Scripted(lambda _: answers.pop(0))
    deliver_due(room.settings, lambda: room.now, relay)
    assert relay.mails[0] == relay.mails[1]
    assert room.states == {"accepted": 2}


def test_who_was_erased_gets_no_letter(mailroom):
    room = mailroom(1)
    room.do(lambda con: subscribers.erase(con, room.numbers[1], Act(room.now, "cli")))
    with pytest.raises(MailError, match="no address"):
        post(room)


def test_what_a_letter_says_is_no_markup(mailroom):
    room, relay = mailroom(1), Scripted()

    def posted(con):
        words = Words("test", "<b>Hello</b>", "<script>alert(1)</script>\n\n{{ 7 * 7 }}")
        return post_letter(con, room.settings, subscribers.get(con, room.numbers[1]), words, room.now)

    room.do(posted)
    deliver_due(room.settings, lambda: room.now, relay)
    html = message_from_bytes(relay.mails[0][1], policy=policy.default).get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "{{ 7 * 7 }}" in html


def test_who_was_erased_and_asks_to_come_back_gets_the_letter_that_asks_to_confirm(mailroom):
    room, relay = mailroom(1), Scripted()
    room.do(lambda con: subscribers.erase(con, room.numbers[1], Act(room.now, "cli")))
    newcomer = Newcomer(identity=read_address("1@example.org"), state=SubscriberState.PENDING)
    made = room.do(
        lambda con: subscribers.add(con, newcomer, Act(room.now, "web"), secret_key(room.settings))
    )
    room.numbers[1] = made.subscriber_id
    post(room)
    deliver_due(room.settings, lambda: room.now, relay)
    assert [to for to, _ in relay.mails] == ["1@example.org"]


def test_a_letter_that_another_process_sends_just_now_holds_up_no_digest(mailroom):
    room, relay = mailroom(2), Scripted()
    key = post(room)
    with open_database(room.settings) as database, shard_lock(room.settings, database, Shard(key, 0)):
        report = deliver_due(room.settings, lambda: room.now, relay)
    assert report.done == {State.ACCEPTED: 2}
    deliver_due(room.settings, lambda: room.now, relay)
    assert subject(relay.mails[-1][1]) == "Please confirm"
