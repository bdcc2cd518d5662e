"""Letters that are sent at once, beside whatever else the process does."""

from broadsheet.mail import subscribers
from broadsheet.mail.accounts import get_run
from broadsheet.mail.database import open_database
from broadsheet.mail.ledger import Shard
from broadsheet.mail.letters import Words, post_letter
from broadsheet.mail.locks import shard_lock
from broadsheet.mail.office import deliver_due
from broadsheet.mail.postman import Postman
from broadsheet.mail.states import RunState
from mail.mailroom import Mailroom, Scripted


def post(room: Mailroom, number: int) -> str:
    words = Words("confirmation", f"Letter {number}", "Hello.")
    return room.do(
        lambda con: post_letter(
            con, room.settings, subscribers.get(con, room.numbers[number]), words, room.now
        )
    )


def state(room: Mailroom, run_key: str) -> RunState:
    return room.do(lambda con: get_run(con, run_key).state)


def test_a_letter_arrives_and_its_run_is_over(newsroom, mailroom):
    room = mailroom(1)
    postman = Postman(room.settings, lambda: room.now)
    key = post(room, 1)
    postman.take(key)
    postman.finish()
    (mail,) = newsroom.inbox()
    assert b"Subject: Letter 1" in mail
    assert state(room, key) is RunState.DONE


def test_what_cannot_be_sent_now_is_left_and_holds_up_no_other(newsroom, mailroom):
    room = mailroom(2)
    postman = Postman(room.settings, lambda: room.now)
    held, free = post(room, 1), post(room, 2)
    with open_database(room.settings) as database, shard_lock(room.settings, database, Shard(held, 0)):
        for key in (held, "letter:404:1", free):
            postman.take(key)
        postman.finish()
    assert [b"Subject: Letter 2" in mail for mail in newsroom.inbox()] == [True]
    relay = Scripted()
    deliver_due(room.settings, lambda: room.now, relay)
    assert b"Subject: Letter 1" in relay.mails[0][1]
    assert {state(room, held), state(room, free)} == {RunState.DONE}
