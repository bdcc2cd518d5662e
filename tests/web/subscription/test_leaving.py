"""Unsubscribing as mail programs do it (RFC 8058), as people do it, and while a sender is at work."""

import threading
import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail import consent, subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.office import deliver_due
from broadsheet.mail.opening import open_run
from broadsheet.mail.schema import deliveries
from broadsheet.mail.sending import send_shard
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.tokens import preferences_token, read_unsubscribe_token, unsubscribe_token
from mail.mailroom import Scripted, accepted
from web.subscription.conftest import ADA, PUBLIC, Office

SECRET = b"test"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path(office: Office, address: str = ADA) -> str:
    known = office.known(address)
    return f"/unsubscribe/{unsubscribe_token(known.subscriber_id, known.generation, SECRET)}"


@pytest.mark.parametrize("form", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}])
def test_one_click_unsubscribes_as_mail_providers_post_it(office_on, form):
    office_on.join(ADA)
    answer = office_on.visitor("209.85.220.41").post(path(office_on), **form)
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert office_on.known().state is SubscriberState.UNSUBSCRIBED


def test_ten_clicks_are_one_event(office):
    office.join(ADA)
    answers = [office.client.post(path(office), data=ONE_CLICK) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}
    events = office.do(lambda con: [event.event for event in consent.events(con)])
    assert events == ["added", "unsubscribed"]


def test_looking_at_the_page_changes_nothing(office):
    office.join(ADA)
    for _ in range(20):
        page = office.client.get(path(office))
        assert office.client.head(path(office)).status_code == 200
    assert "a…@example.org" in page.text
    assert ADA not in page.text
    assert "<button" in page.text
    assert office.known().state is SubscriberState.ACTIVE


def test_a_link_works_years_later(office):
    office.join(ADA)
    office.now += timedelta(days=3650)
    assert office.client.post(path(office), data=ONE_CLICK).status_code == 200
    assert office.known().state is SubscriberState.UNSUBSCRIBED


def test_a_link_from_an_earlier_subscription_ends_the_present_one(office):
    office.join(ADA)
    old = path(office)
    office.client.post(old)
    office.join(ADA)
    assert path(office) != old
    assert office.client.post(old, data=ONE_CLICK).status_code == 200
    assert office.known().state is SubscriberState.UNSUBSCRIBED


def test_only_the_path_counts(office):
    office.join(ADA)
    office.join("bob@example.org")
    other = path(office, "bob@example.org").rpartition("/")[2]
    strange = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site", "Cookie": "a=b"}
    office.client.post(path(office), data=ONE_CLICK | {"token": other}, headers=strange)
    assert office.known().state is SubscriberState.UNSUBSCRIBED
    assert office.known("bob@example.org").state is SubscriberState.ACTIVE


def test_nobody_learns_which_links_there_are(office):
    office.join(ADA)
    known = office.known()
    tokens = [
        unsubscribe_token(known.subscriber_id, known.generation, b"other"),
        unsubscribe_token(known.subscriber_id + 1, 1, SECRET),
        preferences_token(known.subscriber_id, known.generation, SECRET),
        *("x", "é", "a" * 35, "%2e%2e"),
    ]
    answers = [
        send(f"/unsubscribe/{token}") for token in tokens for send in (office.client.get, office.client.post)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert office.known().state is SubscriberState.ACTIVE


def test_who_waited_in_vain_is_told_to_come_again(office, monkeypatch):
    monkeypatch.setattr("broadsheet.mail.database.BUSY_MILLISECONDS", 50)
    office.join(ADA)
    link = path(office)
    with open_database(office.settings) as database, database.write():
        refused = office.client.post(link, data=ONE_CLICK)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
    assert "nothing was changed" in refused.text
    assert "mail.sqlite" not in refused.text
    assert office.client.post(link, data=ONE_CLICK).status_code == 200


def test_links_that_were_made_up_do_not_wait_for_whoever_is_writing(office):
    office.join(ADA)
    began = time.monotonic()
    with open_database(office.settings) as database, database.write():
        made_up = ("/unsubscribe/x", "/preferences/x", "/preferences/x/forget")
        assert [office.client.post(place).status_code for place in made_up] == [404, 404, 404]
    assert time.monotonic() - began < 10


@given(st.integers(1, 2**63), st.integers(1, 2**16 - 1), st.data())
def test_a_token_with_any_byte_changed_names_nobody(subscriber_id, generation, data):
    token = unsubscribe_token(subscriber_id, generation, SECRET)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[place]))
    assert read_unsubscribe_token(token[:place] + other + token[place + 1 :], SECRET) is None
    assert read_unsubscribe_token(token[:place], SECRET) is None


def test_who_was_erased_is_told_that_nothing_more_comes(office):
    known = office.join(ADA)
    link = path(office)
    office.do(lambda con: subscribers.erase(con, known.subscriber_id, Act(office.now, "cli")))
    for answer in (office.client.get(link), office.client.post(link)):
        assert answer.status_code == 200
        assert "Nothing more is sent" in answer.text


@pytest.fixture
def running(site_home, database_url) -> tuple[Office, str]:
    """Three readers of a run that is frozen, and its key."""
    office = Office(site_home, secret_key="test", database_url=database_url, connections=1)
    for number in range(3):
        office.join(f"{number}@example.org")
    return office, open_run(office.settings, office.now).run_key


def test_nothing_is_begun_to_who_leaves_while_the_run_is_sent(running):
    office, run_key = running
    answered = []

    def leave(recipient):
        others = {f"{number}@example.org" for number in range(3)} - {recipient}
        if not answered:
            answered.extend(office.client.post(path(office, one), data=ONE_CLICK) for one in others)
        return accepted()

    relay = Scripted(leave)
    send_shard(office.settings, run_key, 0, lambda: office.now, relay)
    assert [answer.status_code for answer in answered] == [200, 200]
    assert len(relay.tried) == 1
    states = sorted(row["state"] for row in office.rows(deliveries))
    assert states == ["accepted", "suppressed", "suppressed"]


def test_leaving_waits_for_whoever_is_writing(office):
    office.join(ADA)
    link = path(office)
    holding, answers = threading.Event(), []

    def leave():
        holding.wait()
        answers.append(office.client.post(link, data=ONE_CLICK).status_code)

    leaving = threading.Thread(target=leave)
    leaving.start()
    with open_database(office.settings) as database, database.write():
        holding.set()
        leaving.join(0.3)
        assert answers == []
    leaving.join(20)
    assert answers == [200]
    assert office.known().state is SubscriberState.UNSUBSCRIBED


def test_every_digest_has_the_links_in_both_forms_and_the_headers_that_one_click_needs(full_office):
    full_office.join(ADA)
    deliver_due(full_office.settings, lambda: full_office.now)
    (mail,) = full_office.mails()
    (file,) = full_office.settings.inbox_path.glob("*.eml")
    raw = file.read_bytes().replace(b"\r\n ", b" ").decode()
    for form in ("plain", "html"):
        content = mail.get_body((form,)).get_content()
        for room in ("unsubscribe", "preferences"):
            assert f"{PUBLIC}/{room}/" in content
    assert f"List-Unsubscribe: <{PUBLIC}{full_office.link('unsubscribe')}>" in raw
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert full_office.client.post(full_office.link("unsubscribe"), data=ONE_CLICK).status_code == 200
    full_office.now += timedelta(days=1)
    deliver_due(full_office.settings, lambda: full_office.now)
    assert len(full_office.mails()) == 1
