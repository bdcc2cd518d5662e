"""What a mail's envelope gives away: the delivery, to who holds the key."""

from datetime import UTC, datetime

from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import RunKind
from broadsheet.mail.stationery import Stationery
from broadsheet.mail.tokens import (
    read_envelope_id,
    read_envelope_sender,
    read_preferences_token,
    read_selection_name,
    read_unsubscribe_token,
)
from broadsheet.settings import Settings

DELIVERY = "0123456789abcdef" * 2


def test_a_bounce_names_the_delivery_by_either_way(tmp_path):
    settings = Settings(home=str(tmp_path), secret_key="key", bounce_address="bounces@papers.example")
    made = Stationery(settings, "2026-11-20T07:00Z", RunKind.DIGEST, datetime(2026, 11, 20, 7, tzinfo=UTC))
    envelope = made.envelope(DELIVERY, "ada@example.org")
    secret = secret_key(settings)
    assert envelope.envelope_id is not None
    assert read_envelope_id(envelope.envelope_id, secret) == DELIVERY
    assert read_envelope_sender(envelope.sender, secret) == DELIVERY
    assert (envelope.recipient, envelope.smtputf8) == ("ada@example.org", False)
    assert made.envelope(DELIVERY, "用户@example.org").smtputf8


def test_each_link_is_good_for_its_own_purpose_alone(tmp_path):
    settings = Settings(home=str(tmp_path), secret_key="key", public_url="https://papers.example/")
    run_key = "2026-11-20T07:00Z"
    made = Stationery(settings, run_key, RunKind.DIGEST, datetime(2026, 11, 20, 7, tzinfo=UTC))
    links, secret = made.links(17, 2, 5), secret_key(settings)
    ends = {
        name: link.removeprefix(f"https://papers.example/{room}/")
        for name, link, room in (
            ("unsubscribe", links.unsubscribe, "unsubscribe"),
            ("preferences", links.preferences, "preferences"),
            ("view", links.view, f"editions/{run_key}"),
        )
    }

    def view(text, secret):
        return read_selection_name(text, run_key, secret)

    readers = {"unsubscribe": read_unsubscribe_token, "preferences": read_preferences_token, "view": view}
    found = {
        (name, purpose): read(end, secret) for name, end in ends.items() for purpose, read in readers.items()
    }
    assert {pair: who for pair, who in found.items() if who is not None} == {
        ("unsubscribe", "unsubscribe"): (17, 2),
        ("preferences", "preferences"): (17, 2),
        ("view", "view"): 5,
    }
    assert read_selection_name(ends["view"], "2026-11-21T07:00Z", secret) is None
