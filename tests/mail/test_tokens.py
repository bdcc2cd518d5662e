"""Addresses and tokens that only the key's holder can make, and that what mail servers do to them leaves whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.address import LONGEST_BOUNCE_LOCAL, bounce_base, read_mailbox
from broadsheet.mail.errors import AddressError
from broadsheet.mail.tokens import (
    delivery_id,
    envelope_sender,
    preferences_token,
    read_envelope_sender,
    read_preferences_token,
    read_selection_name,
    read_unsubscribe_address,
    read_unsubscribe_token,
    selection_name,
    unsubscribe_address,
    unsubscribe_token,
)
from broadsheet.settings import Settings

SECRET = b"test"
BASE = read_mailbox("bounces@example.org", "bounce_address")
DELIVERY = delivery_id("2026-11-20T07:00Z", 17, SECRET)
subscribers = st.tuples(st.integers(1, 2**63), st.integers(1, 2**16 - 1))


@given(subscribers)
def test_an_unsubscribe_address_names_its_subscriber_in_any_case(who):
    address = unsubscribe_address(BASE, *who, SECRET)
    for written in (address, address.upper(), f"<{address}>", f" {address} "):
        assert read_unsubscribe_address(written, SECRET) == who


@given(subscribers)
def test_an_unsubscribe_token_names_its_subscriber(who):
    assert read_unsubscribe_token(unsubscribe_token(*who, SECRET), SECRET) == who


@given(subscribers, st.data())
def test_a_token_or_name_with_any_byte_changed_names_nothing(who, data):
    run_key = "2026-11-20T07:00Z"
    made = {
        preferences_token(*who, SECRET): lambda text: read_preferences_token(text, SECRET),
        selection_name(run_key, who[1], SECRET): lambda text: read_selection_name(text, run_key, SECRET),
    }
    for token, read in made.items():
        place = data.draw(st.integers(0, len(token) - 1))
        other = data.draw(st.characters().filter(lambda character, old=token[place]: character != old))
        assert read(token) in {who, who[1]}
        assert read(token[:place] + other + token[place + 1 :]) is None
        assert read(token[:place]) is None
        assert read(token + other) is None


@given(subscribers, st.data())
def test_an_altered_address_names_nobody(who, data):
    local, _, domain = unsubscribe_address(BASE, *who, SECRET).partition("@")
    start = len("bounces+u.")
    place = data.draw(st.integers(start, len(local) - 2))  # the last character holds padding bits
    other = data.draw(st.sampled_from([c for c in "abcdefghijklmnopqrstuvwxyz234567" if c != local[place]]))
    assert read_unsubscribe_address(f"{local[:place]}{other}{local[place + 1 :]}@{domain}", SECRET) is None


def test_one_with_another_key_names_nobody():
    assert read_unsubscribe_address(unsubscribe_address(BASE, 17, 1, b"other"), SECRET) is None
    assert read_envelope_sender(envelope_sender(BASE, DELIVERY, b"other"), SECRET) is None


@given(st.text())
def test_any_text_is_read_without_harm(text):
    for address in (text, f"bounces+{text}@example.org", f"bounces+u.{text}@example.org"):
        assert read_unsubscribe_address(address, SECRET) is None
        assert read_envelope_sender(address, SECRET) is None


def test_a_bounce_is_no_request_to_unsubscribe_and_the_other_way_round():
    assert read_unsubscribe_address(envelope_sender(BASE, DELIVERY, SECRET), SECRET) is None
    assert read_envelope_sender(unsubscribe_address(BASE, 17, 1, SECRET), SECRET) is None


def test_what_is_made_from_the_longest_base_fits_into_a_local_part():
    longest = "b" * LONGEST_BOUNCE_LOCAL
    base = bounce_base(Settings(bounce_address=f"{longest}@example.org"))
    for address in (
        unsubscribe_address(base, 2**63, 2**16 - 1, SECRET),
        envelope_sender(base, DELIVERY, SECRET),
    ):
        assert len(address.partition("@")[0]) <= 64
    with pytest.raises(AddressError, match="bounce_address"):
        bounce_base(Settings(bounce_address=f"{longest}b@example.org"))


def test_without_an_address_for_bounces_they_go_to_the_sender():
    assert bounce_base(Settings(digest_from="Papers <papers@example.org>")).address == "papers@example.org"
