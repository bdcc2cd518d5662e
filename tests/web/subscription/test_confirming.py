"""Confirming: only a pressed button does it, only with the link of the present request, only for three days."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail import consent, subscribers, suppressions
from broadsheet.mail.consent import Act
from broadsheet.mail.office import deliver_due
from broadsheet.mail.schema import deliveries
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.timed import CONFIRMED_WITHIN, Waiting, confirmation_token, read_confirmation_token
from broadsheet.mail.tokens import preferences_token, unsubscribe_token
from web.conftest import NOW
from web.subscription.conftest import ADA

pytestmark = pytest.mark.usefixtures("at_once")
SECRET = b"test"


def test_whatever_looks_at_the_link_confirms_nothing(office):
    office.ask(ADA)
    link = office.link("confirm")
    for _ in range(50):
        assert office.client.get(link).status_code == 200
        assert office.client.head(link).status_code == 200
    assert office.known().state is SubscriberState.PENDING
    assert len(office.do(lambda con: list(consent.events(con)))) == 1


def test_the_button_confirms_once(office_on):
    office_on.ask(ADA, cadence="weekly", weekday="friday", hour="16", timezone="Asia/Kolkata")
    link = office_on.link("confirm")
    first, second = office_on.client.post(link), office_on.client.post(link)
    assert (first.status_code, second.status_code) == (200, 200)
    assert "You are subscribed" in first.text
    assert "first digest is due on Friday, 20 November 2026, 16:00 (Asia/Kolkata)" in first.text
    assert "already" in second.text
    assert office_on.known().state is SubscriberState.ACTIVE
    events = office_on.do(lambda con: [event.event for event in consent.events(con)])
    assert events == ["requested", "confirmed"]


def test_nobody_who_has_not_confirmed_gets_a_digest(full_office):
    full_office.ask(ADA, hour="0")
    full_office.mails()
    full_office.now += timedelta(days=1)
    deliver_due(full_office.settings, lambda: full_office.now)
    assert [row["occasion"] for row in full_office.rows(deliveries)] == ["confirmation 1"]
    full_office.client.post(full_office.link("confirm"))
    full_office.now += timedelta(days=1)
    deliver_due(full_office.settings, lambda: full_office.now)
    assert len(full_office.rows(deliveries)) == 2


def test_a_link_expires_with_a_way_out(office):
    office.ask(ADA)
    link = office.link("confirm")
    office.now += CONFIRMED_WITHIN + timedelta(seconds=1)
    for answer in (office.client.get(link), office.client.post(link)):
        assert answer.status_code == 410
        assert "/subscribe" in answer.text
    assert office.known().state is SubscriberState.PENDING


def test_a_link_of_an_earlier_request_confirms_nothing_any_more(office):
    office.subscribe()
    old = office.link("confirm")
    known = office.known()
    office.do(lambda con: subscribers.unsubscribe(con, known.subscriber_id, Act(office.now, "web")))
    assert office.client.post(old).status_code == 410
    office.now += timedelta(days=1)
    office.ask(ADA)
    assert office.client.post(old).status_code == 410
    assert office.known().state is SubscriberState.PENDING
    assert office.client.post(office.link("confirm")).status_code == 200


def test_who_was_erased_comes_back_with_a_link_and_may_be_written_to_again(office):
    office.subscribe()
    known = office.known()
    office.do(lambda con: subscribers.erase(con, known.subscriber_id, Act(office.now, "web")))
    office.now += timedelta(days=1)
    office.ask(ADA)
    assert office.do(lambda con: suppressions.find(con, known.address_hash)) is not None
    office.client.post(office.link("confirm"))
    assert office.do(lambda con: suppressions.find(con, known.address_hash)) is None
    assert office.known().subscriber_id != known.subscriber_id


def test_links_for_other_purposes_confirm_nothing(office):
    office.ask(ADA)
    who = office.known().subscriber_id, office.known().generation, SECRET
    for token in (unsubscribe_token(*who), preferences_token(*who), "x", "é"):
        for answer in (office.client.get(f"/confirm/{token}"), office.client.post(f"/confirm/{token}")):
            assert answer.status_code == 404
    assert office.known().state is SubscriberState.PENDING


waiting = st.builds(
    Waiting, st.integers(1, 2**63), st.integers(1, 2**16 - 1), st.binary(min_size=8, max_size=8)
)


@given(waiting, st.integers(0, int(CONFIRMED_WITHIN.total_seconds())))
def test_a_token_names_whom_it_was_made_for(who, seconds):
    token = confirmation_token(who, NOW, SECRET)
    assert read_confirmation_token(token, NOW + timedelta(seconds=seconds), SECRET) == who
    assert read_confirmation_token(token, NOW, b"other") is None


@given(waiting, st.data())
def test_a_token_with_any_byte_changed_names_nobody(who, data):
    token = confirmation_token(who, NOW, SECRET)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[place]))
    changed = token[:place] + other + token[place + 1 :]
    assert read_confirmation_token(changed, NOW, SECRET) is None
    assert read_confirmation_token(token[:place], NOW, SECRET) is None
    assert read_confirmation_token(token + other, NOW, SECRET) is None
