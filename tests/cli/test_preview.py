"""A mail as it would be and as it was."""

import json
from email import message_from_string, policy
from hashlib import sha256

import pytest
import sqlalchemy as sa

from broadsheet.mail.database import open_database
from broadsheet.mail.schema import deliveries
from broadsheet.settings import load_settings


@pytest.fixture
def ada(three_days):
    assert three_days("subscribers", "add", "ada@example.org", "--hour", "10").code == 0
    return three_days


@pytest.fixture
def mailed(ada, at):
    """A digest to ada on the 6th and another, of what changed since, on the 7th."""
    for day in ("06", "07"):
        at(f"2026-11-{day}T09:00Z")
        assert ada("poll", "trending").code == 0
        at(f"2026-11-{day}T10:02Z")
        assert ada("send").code == 0
    return ada


def edition(result):
    assert result.code == 0, result.err
    return json.loads(result.out)["editions"][0]


def delivered(day):
    with open_database(load_settings()) as database, database.read() as con:
        query = sa.select(deliveries).where(deliveries.c.occasion == day)
        return con.execute(query).mappings().one()


def in_the_inbox(home, delivery):
    """The mail as it arrived, envelope lines taken off."""
    (data,) = [
        data
        for file in (home / "inbox").glob("*.eml")
        if delivery["delivery_id"].encode() in (data := file.read_bytes())
    ]
    return data.split(b"\r\n", 2)[2]


def test_without_subscribers_it_is_what_the_lists_have_to_tell(three_days, home):
    assert "BROADSHEET" in three_days("preview").out
    assert three_days("preview", "--format", "html").out.lstrip().lower().startswith("<!doctype html")
    assert json.loads(three_days("preview", "--json").out)["format"] == "broadsheet.digest/1"
    assert edition(three_days("preview", "--json"))["compared_with"] is None
    nobody = three_days("preview", "--format", "eml")
    assert (nobody.code, "name a subscriber" in nobody.err) == (2, True)
    assert not (home / "inbox").exists()


def test_the_only_subscriber_need_not_be_named(ada):
    mail = message_from_string(ada("preview", "--format", "eml").out, policy=policy.default)
    assert mail["To"] == "ada@example.org"
    ada("subscribers", "add", "bob@example.org")
    unclear = ada("preview")
    assert (unclear.code, "more than one" in unclear.err) == (2, True)
    assert ada("preview", "2").code == 0


def test_the_subscriber_of_the_settings_comes_first(ada, monkeypatch):
    ada("subscribers", "add", "bob@example.org")
    monkeypatch.setenv("BROADSHEET_DIGEST_TO", "me@localhost")
    mail = message_from_string(ada("preview", "--format", "eml").out, policy=policy.default)
    assert mail["To"] == "me@localhost"


def test_it_follows_their_wishes_and_says_when_it_would_not_be_sent(ada):
    ada("subscribers", "set", "1", "--topics", "no such thing anywhere")
    result = ada("preview", "1")
    assert result.code == 0
    assert "would not be sent: nothing of what is new matches their wishes" in result.err


def test_it_begins_where_the_last_delivered_digest_ended(mailed, at):
    at("2026-11-08T09:00Z")
    mailed("poll", "trending")
    at("2026-11-08T10:00Z")
    assert edition(mailed("preview", "1", "--json"))["compared_with"].startswith("2026-11-07T09:00")


def test_nothing_is_sent_and_nothing_is_told(mailed, home, at):
    at("2026-11-08T10:00Z")
    before = mailed("explain", "1", "--json").out
    mailed("preview", "1", "--format", "eml")
    assert mailed("explain", "1", "--json").out == before
    assert len(list((home / "inbox").glob("*.eml"))) == 2


@pytest.mark.parametrize(
    "how", [("--as-of", "2026-11-06"), ("--as-of", "2026-11-06T10:07"), ("--run", "2026-11-06T10:00Z")]
)
def test_a_mail_that_was_sent_is_shown_byte_for_byte(mailed, home, how):
    delivery = delivered("2026-11-06")
    shown = mailed("preview", "ada@example.org", *how, "--format", "eml")
    assert (shown.code, shown.err) == (0, "")
    data = shown.out.encode()
    assert data == in_the_inbox(home, delivery)
    assert sha256(data).hexdigest() == delivery["sha256"]


def test_the_other_forms_of_what_was_sent_say_the_same(mailed):
    mail = message_from_string(
        mailed("preview", "1", "--as-of", "2026-11-06", "--format", "eml").out, policy=policy.default
    )
    for form, subtype in (("html", "html"), ("text", "plain")):
        shown = mailed("preview", "1", "--as-of", "2026-11-06", "--format", form).out
        assert shown.split() == mail.get_body((subtype,)).get_content().split()
    document = json.loads(mailed("preview", "1", "--as-of", "2026-11-06", "--json").out)
    assert document["subject"] == mail["Subject"]


def test_a_mail_that_was_sent_stays_what_it_was(mailed, home, monkeypatch):
    mailed("subscribers", "set", "1", "--topics", "something else", "--hour", "3")
    shown = mailed("preview", "1", "--as-of", "2026-11-06", "--format", "eml")
    assert shown.out.encode() == in_the_inbox(home, delivered("2026-11-06"))


def test_who_came_back_sees_the_links_of_then(ada, home, at, monkeypatch):
    monkeypatch.setenv("BROADSHEET_PUBLIC_URL", "https://digest.example.org")
    at("2026-11-06T10:02Z")
    ada("send")
    ada("subscribers", "remove", "1")
    ada("subscribers", "add", "ada@example.org")
    shown = ada("preview", "1", "--as-of", "2026-11-06", "--format", "eml")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.encode() == in_the_inbox(home, delivered("2026-11-06"))


def test_bytes_that_cannot_be_made_again_are_not_made_up(mailed, monkeypatch):
    monkeypatch.setenv("BROADSHEET_DIGEST_FROM", "other@example.org")
    refused = mailed("preview", "1", "--as-of", "2026-11-06", "--format", "eml")
    assert (refused.code, refused.out) == (1, "")
    assert "digest_from" in refused.err
    assert mailed("preview", "1", "--as-of", "2026-11-06").code == 0


def test_who_was_forgotten_left_the_words_and_not_the_address(mailed):
    mailed("subscribers", "erase", "1", "--yes")
    shown = mailed("preview", "1", "--as-of", "2026-11-06")
    assert "BROADSHEET" in shown.out
    assert mailed("preview", "1", "--as-of", "2026-11-06", "--format", "eml").code == 1


def test_another_time_is_told_as_it_would_have_been_then(mailed):
    between = edition(mailed("preview", "1", "--as-of", "2026-11-07T09:30", "--json"))
    assert between["compared_with"].startswith("2026-11-06T09:00")
    before = edition(mailed("preview", "1", "--as-of", "2026-11-05T12:00", "--json"))
    assert before["compared_with"] is None


def test_what_was_not_delivered_is_shown_and_said(ada, at, monkeypatch):
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")
    at("2026-11-06T10:02Z")
    assert ada("send").code == 75
    shown = ada("preview", "1", "--run", "2026-11-06T10:00Z")
    assert "not delivered: " in shown.err
    assert "BROADSHEET" in shown.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("preview", "9"), "there is no subscriber 9"),
        (("preview", "1", "--run", "2026-11-06T10:15Z"), "did you mean 2026-11-06T10:00Z"),
        (("preview", "2", "--run", "2026-11-06T10:00Z"), "has no mail for them"),
        (("preview", "1", "--run", "2026-11-06T10:00Z", "--as-of", "2d"), "either --as-of or --run"),
        (("preview", "1", "--as-of", "yesterday"), "is no time"),
    ],
)
def test_what_cannot_be_shown_is_a_usage_error(mailed, arguments, says):
    mailed("subscribers", "add", "bob@example.org")
    result = mailed(*arguments)
    assert (result.code, result.out) == (2, "")
    assert says in result.err
