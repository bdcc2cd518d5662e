"""Mails made again out of what their runs keep: letters, notes in channels, and what is told without an address."""

import pytest
from msgspec.structs import replace

from broadsheet.mail import subscribers
from broadsheet.mail.copies import copy_delivery, delivery_in_slot, delivery_of_day, delivery_of_run
from broadsheet.mail.database import open_database
from broadsheet.mail.letters import Words, post_letter
from broadsheet.mail.opening import open_run
from broadsheet.mail.proofs import make_proof, reader_at
from broadsheet.mail.states import State
from mail.mailroom import Scripted
from mail.readership import Readership

RUN = "2026-11-20T07:00Z"


def test_a_mail_is_found_by_its_run_its_slot_and_its_day(mailroom, at):
    room = mailroom(2)
    its_id, who = room.row(1)["delivery_id"], room.numbers[1]
    assert room.do(lambda con: delivery_of_run(con, who, RUN)) == its_id
    assert room.do(lambda con: delivery_of_day(con, who, "2026-11-20")) == its_id
    assert room.do(lambda con: delivery_in_slot(con, who, at("2026-11-20T07:14"))) == its_id
    assert room.do(lambda con: delivery_in_slot(con, who, at("2026-11-20T07:15"))) is None
    assert room.do(lambda con: delivery_of_day(con, who, "2026-11-21")) is None


def test_a_copy_is_what_was_offered(mailroom):
    room = mailroom(2)
    before = room.do(lambda con: copy_delivery(con, room.settings, room.row(1)["delivery_id"]))
    assert (before.state, before.is_same) == (State.PENDING, None)
    transport = Scripted()
    room.send(transport)
    after = room.do(lambda con: copy_delivery(con, room.settings, room.row(1)["delivery_id"]))
    assert (after.state, after.is_same) == (State.ACCEPTED, True)
    assert after.message.data == before.message.data == dict(transport.mails)["1@example.org"]
    other = replace(room.settings, digest_from="other@example.org")
    assert room.do(lambda con: copy_delivery(con, other, room.row(1)["delivery_id"])).is_same is False


def test_a_proof_says_what_the_run_then_sends(mailroom):
    room = mailroom(1)

    def proof(con):
        known = subscribers.get(con, room.numbers[1])
        return make_proof(room.settings, reader_at(con, known, None), known.generation, room.now)

    made = room.do(proof)
    copy = room.do(lambda con: copy_delivery(con, room.settings, room.row(1)["delivery_id"]))
    assert made.message == copy.message
    assert made.sheets == copy.sheets
    assert made.reason is None


def test_a_letter_has_its_words(mailroom):
    room = mailroom(1)
    words = Words("confirmation", "Please confirm", "Hello.\n\nIs it you?")

    def post(con):
        return post_letter(con, room.settings, subscribers.get(con, room.numbers[1]), words, room.now)

    run_key = room.do(post)
    its_id = room.do(lambda con: delivery_of_run(con, room.numbers[1], run_key))
    copy = room.do(lambda con: copy_delivery(con, room.settings, its_id))
    assert (copy.sheets.subject, copy.sheets.text) == (words.subject, words.text)
    assert "Is it you?" in copy.sheets.html
    assert copy.sheets.document is None
    assert b"Subject: Please confirm" in copy.message.data


@pytest.fixture
def lab(newsroom, first_day, second_day, at):
    """Settings, and the number of a channel that a run has a note for."""
    newsroom.publish(first_day, second_day)
    settings = replace(newsroom.settings, digest_to="", channels={"lab": "json://localhost"})
    number = Readership(settings).join("channel:lab", at("2026-11-19T12:00"))
    open_run(settings, at("2026-11-20T07:05"))
    return settings, number


def test_a_channel_gets_a_note(lab, at):
    settings, number = lab
    with open_database(settings) as database, database.read() as con:
        copy = copy_delivery(con, settings, delivery_of_run(con, number, RUN))
        known = subscribers.get(con, number)
        made = make_proof(settings, reader_at(con, known, None), known.generation, at("2026-11-20T07:05"))
    assert copy.sheets.text.startswith("**")
    assert copy.sheets.subject.encode() in copy.message.data
    assert "<html" in copy.sheets.html
    assert (made.message, made.sheets) == (copy.message, copy.sheets)
