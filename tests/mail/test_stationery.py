"""What a mail's envelope gives away: the delivery, to who holds the key."""

from datetime import UTC, datetime

from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import RunKind
from broadsheet.mail.stationery import Stationery
from broadsheet.mail.tokens import read_envelope_id, read_envelope_sender
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
