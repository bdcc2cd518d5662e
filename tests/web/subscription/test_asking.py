"""Asking for a subscription: one letter, one answer, whatever is known of the address."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from broadsheet.mail import consent, gate, subscribers, suppressions
from broadsheet.mail.accounts import open_runs
from broadsheet.mail.asking import FORGOTTEN_AFTER, Answer, Asking, ask
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import read_address
from broadsheet.mail.preferences import Preferences
from broadsheet.mail.schema import deliveries, letter_requests
from broadsheet.mail.schema import subscribers as table
from broadsheet.mail.states import SubscriberState, SuppressionReason
from broadsheet.mail.tokens import address_hash, visitor_hash
from broadsheet.web.app import create_app
from broadsheet.web.subscription import subscribing
from web.subscription.conftest import ADA, PUBLIC, Office, Page, link


def suppressed(office: Office, address: str, reason: SuppressionReason) -> None:
    because = suppressions.Suppression(reason=reason, since=office.now, source="test")
    office.do(lambda con: suppressions.suppress(con, address_hash(address, b"test"), because))


def everybody(office: Office) -> list[str]:
    """An address of each kind that there is."""
    office.join("active@example.org")
    act = Act(office.now, "cli")
    for name, leave in (("left", subscribers.unsubscribe), ("erased", subscribers.erase)):
        known = office.join(f"{name}@example.org")
        office.do(lambda con, known=known, leave=leave: leave(con, known.subscriber_id, act))
    office.ask("pending@example.org")
    suppressed(office, "bounced@example.org", SuppressionReason.HARD_BOUNCE)
    return [f"{name}@example.org" for name in ("new", "active", "left", "erased", "pending", "bounced")]


@pytest.mark.usefixtures("at_once")
def test_one_letter_goes_out_at_once_and_nothing_else_before_it_is_confirmed(office_on):
    answer = office_on.ask(ADA, cadence="weekly", weekday="friday", hour="16", timezone="Asia/Kolkata")
    (mail,) = office_on.mails()
    known = office_on.known()
    assert answer.status_code == 200
    assert mail["To"] == ADA
    assert mail["Auto-Submitted"] == "auto-generated"
    assert known.state is SubscriberState.PENDING
    assert known.preferences.schedule == ("weekly", 5, 16, "Asia/Kolkata")


def test_the_answer_is_the_same_for_every_address_and_takes_as_long(office):
    addresses, took = everybody(office), {}
    answers = set()
    for _ in range(2):
        for address in addresses:
            form = Page(office.client.get("/subscribe").text).fields | {"address": address}
            office.now += subscribing.FILLED_AFTER
            office.mails()  # what is still being sent would take this one's time
            began = time.perf_counter()
            answer = office.client.post("/subscribe", data=form)
            spent = time.perf_counter() - began
            took[address] = min(spent, took.get(address, spent))
            answers.add((answer.status_code, answer.content, tuple(sorted(answer.headers.items()))))
    assert len(answers) == 1
    assert max(took.values()) <= 1.2 * min(took.values()), took


@pytest.mark.usefixtures("at_once")
def test_who_gets_which_letter(office):
    addresses = everybody(office)
    before = len(office.mails())
    for address in addresses:
        office.ask(address)
    subjects = {mail["To"]: mail["Subject"] for mail in office.mails()[before:]}
    please, already = "Please confirm your subscription", "You are subscribed already"
    assert subjects == {
        "new@example.org": please,
        "active@example.org": already,
        "left@example.org": please,
        "erased@example.org": please,
    }


@pytest.mark.usefixtures("at_once")
def test_who_is_subscribed_keeps_their_wishes_and_is_told_where_to_change_them(office):
    office.join(ADA, topics="robotics", cadence="weekdays")
    office.ask(ADA, topics="agents", cadence="monthly")
    assert (office.known().preferences.topics, office.known().preferences.cadence) == ("robotics", "weekdays")
    page = Page(office.client.get(office.link("preferences")).text)
    assert page.fields["topics"] == "robotics"


@pytest.mark.usefixtures("at_once")
def test_who_waits_and_asks_anew_waits_with_the_new_wishes(office):
    office.ask(ADA, topics="robotics")
    office.ask(ADA, topics="agents")
    assert len(office.mails()) == 1
    assert office.known().preferences.topics == "agents"


@pytest.mark.usefixtures("at_once")
def test_an_address_that_is_asked_for_again_and_again_gets_one_letter_a_day(office_on):
    stamp = Page(office_on.client.get("/subscribe").text).fields
    for number in range(40):
        office_on.now += timedelta(minutes=1)
        visitor = office_on.visitor(f"198.51.100.{number}")
        visitor.post("/subscribe", data=stamp | {"address": ADA.upper() if number % 2 else ADA})
    assert len(office_on.mails()) == 1
    office_on.now += gate.ONCE_IN
    office_on.ask(ADA)
    assert len(office_on.mails()) == 2


@pytest.mark.usefixtures("at_once")
def test_an_address_that_nobody_confirms_is_forgotten_after_a_month(office_on):
    office_on.ask(ADA)
    office_on.ask("bob@example.org")
    office_on.client.post(office_on.link("confirm"))
    office_on.now += FORGOTTEN_AFTER - timedelta(days=1)
    office_on.ask("eve@example.org")
    assert office_on.known() is not None
    office_on.now += timedelta(days=2)
    office_on.ask("dan@example.org")
    assert office_on.known() is None
    assert office_on.known("bob@example.org").state is SubscriberState.ACTIVE


def test_of_many_who_ask_for_one_address_at_once_one_brings_about_the_letter(office_on):
    def asks(number: int) -> str:
        asking = Asking(read_address(ADA), Preferences(), f"198.51.100.{number}")
        with open_database(office_on.settings) as database, database.write() as con:
            return ask(con, office_on.settings, asking, office_on.now)[0]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(asks, range(12)))
    assert answers.count(Answer.LETTER) == 1
    assert len(office_on.rows(deliveries)) == 1


def test_a_thousand_requests_for_one_address_are_one_letter(office):
    asking = Asking(read_address(ADA), Preferences(), "203.0.113.7")
    with open_database(office.settings) as database:
        for number in range(1000):
            with database.write() as con:
                ask(con, office.settings, replace(asking, host=f"198.51.100.{number % 250}"), office.now)
    assert len(office.rows(deliveries)) == len(office.rows(letter_requests)) == 1


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(("most", "wait"), [("VISITOR_HOURLY", 1), ("VISITOR_DAILY", 24), ("HOURLY", 1)])
def test_only_so_many_letters_can_be_brought_about(office, monkeypatch, most, wait):
    for name in ("VISITOR_HOURLY", "VISITOR_DAILY", "HOURLY"):
        monkeypatch.setattr(gate, name, 3 if name == most else 100)
    hosts = ["203.0.113.7"] if most.startswith("VISITOR") else [f"198.51.100.{n}" for n in range(5)]
    for number in range(5):
        office.ask(f"{number}@example.org", office.visitor(hosts[number % len(hosts)]))
    assert [mail["To"] for mail in office.mails()] == [f"{number}@example.org" for number in range(3)]
    office.now += timedelta(hours=wait)
    office.ask("later@example.org")
    assert office.mails()[-1]["To"] == "later@example.org"


@pytest.mark.usefixtures("at_once")
def test_the_bounds_hold_over_all_processes_that_serve_the_site(office, monkeypatch):
    monkeypatch.setattr(gate, "VISITOR_HOURLY", 1)
    office.ask("1@example.org")
    assert len(office.mails()) == 1
    office.app = create_app(office.settings, lambda: office.now)
    office.ask("2@example.org", office.visitor("203.0.113.7"))
    assert [mail["To"] for mail in office.mails()] == ["1@example.org"]


def test_neighbours_in_one_ipv6_network_are_one_visitor():
    one = visitor_hash("2001:db8::1", b"test")
    assert visitor_hash("2001:db8::ffff:ffff", b"test") == one
    assert visitor_hash("2001:db8:0:1::1", b"test") != one
    assert visitor_hash("::ffff:203.0.113.7", b"test") == visitor_hash("203.0.113.7", b"test")


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    "typed", [{"website": "https://x.example"}, {"stamp": ""}, {"stamp": "Zm9ybQ.aXNoRw.forged"}]
)
def test_what_a_program_fills_in_brings_about_nothing_in_the_same_words(office, typed):
    right, wrong = office.ask(ADA), office.ask("bot@example.org", **typed)
    assert (wrong.status_code, wrong.content) == (right.status_code, right.content)
    assert office.known("bot@example.org") is None


@pytest.mark.usefixtures("at_once")
def test_a_form_that_is_sent_at_once_brings_about_nothing(office):
    form = Page(office.client.get("/subscribe").text).fields | {"address": ADA}
    assert office.client.post("/subscribe", data=form).status_code == 200
    assert office.known() is None


@pytest.mark.usefixtures("at_once")
def test_where_the_clock_stands_still_people_can_subscribe(tmp_path):
    office = Office(tmp_path / "home", secret_key="test", clock="2026-11-15T10:00:00+00:00")
    form = Page(office.client.get("/subscribe").text).fields | {"address": ADA}
    office.client.post("/subscribe", data=form)
    assert office.known() is not None


def test_a_form_that_was_open_for_long_is_shown_again_as_it_was_typed(office):
    form = Page(office.client.get("/subscribe").text).fields | {"address": ADA, "topics": "robotics"}
    office.now += subscribing.FILLED_WITHIN + timedelta(seconds=2)
    answer = office.client.post("/subscribe", data=form)
    shown = Page(answer.text).fields
    assert (answer.status_code, shown["address"], shown["topics"]) == (422, ADA, "robotics")
    office.now += subscribing.FILLED_AFTER
    office.client.post("/subscribe", data=shown)
    assert office.known() is not None


@pytest.mark.parametrize(
    "address",
    [
        *("", "ada", "ada@", "@example.org", "a b@example.org", "ada@exa mple.org"),
        *("ada@example.org\r\nBcc: eve@example.org", "ada@example.org\x00", "channel:lab", "17"),
        *("Ada <ada@example.org>", "ada@example.org, eve@example.org"),
    ],
)
def test_what_is_no_address_is_said_at_its_field(office, address):
    answer = office.ask(address, topics="robotics")
    page = Page(answer.text)
    assert answer.status_code == 422
    assert "name@example.org" in page.errors["address"]
    assert page.fields["topics"] == "robotics"
    assert office.rows(table) == []


@pytest.mark.usefixtures("at_once")
def test_an_international_address_arrives_and_is_kept_as_it_was_given(office):
    office.ask("jörg@exämple.org")
    assert office.known("jörg@exämple.org").address == "jörg@xn--exmple-cua.org"
    (mail,) = office.mails()
    assert "=?" not in mail.as_bytes().decode().partition("\nTo:")[2].partition("\n")[0]


@given(address=st.text(max_size=80))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_answered_in_words(office, monkeypatch, address):
    monkeypatch.setattr(subscribing, "ANSWERED_AFTER_SECONDS", 0.0)
    answer = office.ask(address)
    assert answer.status_code in {200, 422}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("topics", "color:red"),
        ("timezone", "Europe/Roma"),
        ("hour", "25"),
        ("cadence", "hourly"),
        ("lists", []),
        ("lists", ["daily:2026-13-01"]),
    ],
)
def test_a_wish_that_cannot_be_is_said_at_its_field(office, field, typed):
    answer = office.ask(ADA, **{field: typed})
    assert answer.status_code == 422
    assert list(Page(answer.text).errors) == [field]
    assert office.known() is None


def test_no_address_ever_stands_in_an_address(office):
    page = office.client.get("/subscribe", params={"address": ADA, "topics": "robotics"})
    assert ADA not in page.text
    assert 'method="post"' in page.text
    assert Page(page.text).fields["topics"] == "robotics"


@pytest.mark.usefixtures("at_once")
def test_the_record_of_consent_says_when_where_to_what_and_never_the_visitors_address(office):
    office.subscribe()
    events = office.do(lambda con: list(consent.events(con)))
    assert [(event.event, event.source) for event in events] == [("requested", "web"), ("confirmed", "web")]
    for event in events:
        assert event.detail == {"text": "web-1", "visitor": visitor_hash("203.0.113.7", b"test")}
    assert all("203.0.113.7" not in str(row) for row in office.rows(letter_requests))


@pytest.mark.usefixtures("at_once")
def test_letters_hold_no_pixel_no_marketing_and_links_to_this_site_only(office):
    office.join("active@example.org")
    for address in (ADA, "active@example.org"):
        office.ask(address, topics="buy <b>now</b> https://evil.example")
    office.ask("eve@example.org", topics="evil words")
    for mail in office.mails():
        html, text = (mail.get_body((form,)).get_content() for form in ("html", "plain"))
        assert "<img" not in html
        assert "evil" not in html + text
        links = re.findall(r"https?://[^\s\"<]+", html + text)
        assert links
        assert all(one.startswith(PUBLIC) for one in links)
    assert link(office.mails()[-1], "confirm")


@pytest.mark.usefixtures("at_once")
def test_links_in_letters_never_lead_where_a_request_says_this_host_is(tmp_path):
    office = Office(tmp_path / "home", public_url="", secret_key="test", web_port=8123)
    stranger = office.visitor("198.51.100.1")
    stranger.base_url = "https://evil.example"
    office.ask(ADA, stranger)
    text = office.mails()[0].get_body(("plain",)).get_content()
    assert "http://127.0.0.1:8123/confirm/" in text
    assert "evil.example" not in text


def test_a_closed_site_says_how_to_be_added(tmp_path):
    office = Office(tmp_path / "home", web_subscribe="closed")
    page = office.client.get("/subscribe")
    assert page.status_code == 200
    assert "broadsheet subscribers add" in page.text
    assert office.client.post("/subscribe", data={"address": ADA}).status_code == 403
    assert office.rows(table) == []


@pytest.mark.usefixtures("at_once")
def test_a_letter_that_cannot_be_sent_now_waits_for_the_next_sender(tmp_path):
    office = Office(tmp_path / "home", secret_key="test", smtp_url="smtp://127.0.0.1:9")
    assert office.ask(ADA).status_code == 200
    office.app.state.site.postman.finish()
    assert [run.kind for run in office.do(open_runs)] == ["letter"]


def test_nobody_is_given_a_cookie_and_nothing_is_kept_on_the_way(office):
    for answer in (office.client.get("/subscribe"), office.ask(ADA)):
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
