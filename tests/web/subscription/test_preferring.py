"""One's wishes by the link in the mail: shown, changed, and everything forgotten."""

import pytest
import sqlalchemy as sa

from broadsheet.mail import consent, subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.opening import open_run
from broadsheet.mail.preferences import Preferences
from broadsheet.mail.schema import deliveries, metadata, selections
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.tokens import preferences_token, unsubscribe_token
from web.subscription.conftest import ADA, PUBLIC, Office, Page

pytestmark = pytest.mark.usefixtures("at_once")
SECRET = b"test"


def path(office: Office) -> str:
    known = office.known()
    return f"/preferences/{preferences_token(known.subscriber_id, known.generation, SECRET)}"


def save(office: Office, **typed: object):
    """Change some fields of the form as it is shown, and save."""
    fields = Page(office.client.get(path(office)).text).fields | {"do": "save"} | typed
    return office.client.post(path(office), data=fields, headers={"Origin": "null"})


def test_looking_shows_every_wish_and_changes_nothing(office):
    office.join(
        ADA,
        **{"cadence": "weekly", "weekday": "friday", "hour": "16", "timezone": "Asia/Kolkata"},
        **{"lists": "trending,weekly,search:speech", "topics": "robot*, -medical"},
        **{"min_upvotes": "5", "max_items": "20", "quiet_days": "yes"},
    )
    before = office.known()
    page = office.client.get(path(office))
    shown = Page(page.text).fields
    assert page.headers["cache-control"] == "no-store"
    assert ADA not in page.text
    assert shown["lists"] == ["trending", "weekly", "search:speech"]
    assert office.client.post(path(office), data=shown | {"do": "save"}).status_code == 200
    assert office.known().preferences == before.preferences


def test_what_is_changed_is_kept(office_on):
    office_on.join(ADA)
    answer = save(
        office_on,
        **{"cadence": "weekdays", "hour": "18", "timezone": "Europe/Rome", "lists": ["trending", "daily"]},
        **{"topics": 'robotics, "world model"', "min_upvotes": "3", "max_items": "10", "quiet_days": "yes"},
    )
    wishes = office_on.known().preferences
    assert "Saved" in answer.text
    assert "Monday, 16 November 2026, 18:00" in answer.text
    assert wishes.texts() == Preferences().texts() | {
        **{"cadence": "weekdays", "hour": "18", "timezone": "Europe/Rome", "lists": "trending,daily"},
        **{"topics": 'robotics, "world model"', "min_upvotes": "3", "max_items": "10", "quiet_days": "yes"},
    }


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("topics", "color:red", "author:, org: or keyword:"),
        ("topics", 'robotics, "', "quotes"),
        ("timezone", "Europe/Roma", "Europe/Rom"),
        ("hour", "24", "0 to 23"),
        ("cadence", "hourly", "daily"),
        ("weekday", "someday", "monday to sunday"),
        ("max_items", "many", "1 to 1000"),
        ("min_upvotes", "-1", "0 to 1000000"),
        ("lists", [], "at least one"),
        ("lists", ["weekly:2026-W60"], "weekly"),
    ],
)
def test_a_wish_that_cannot_be_is_said_at_its_field_and_what_was_typed_is_kept(office, field, typed, says):
    office.join(ADA, topics="robotics")
    before = office.known().preferences
    answer = (
        save(office, max_items="7", **{field: typed})
        if field != "max_items"
        else save(office, **{field: typed})
    )
    page = Page(answer.text)
    assert answer.status_code == 422
    assert list(page.errors) == [field]
    assert says in page.errors[field]
    if field in {"topics", "max_items", "min_upvotes"}:
        assert page.fields[field] == typed
    assert office.known().preferences == before


def test_several_wishes_that_cannot_be_are_each_said(office):
    office.join(ADA)
    page = Page(save(office, topics="color:red", max_items="many", hour="24").text)
    assert set(page.errors) == {"topics", "max_items", "hour"}


def test_a_change_counts_from_the_next_freeze_on(full_office):
    full_office.join(ADA)
    frozen = open_run(full_office.settings, full_office.now).run_key

    def contents():
        return [(row["run_key"], row["selection_id"], row["data"]) for row in full_office.rows(selections)]

    before = contents()
    save(full_office, topics="robot*", cadence="weekly", weekday="monday")
    assert contents() == before
    assert [row["run_key"] for row in full_office.rows(deliveries)] == [frozen]


def test_the_switch_from_weekly_to_daily_brings_no_second_digest_that_day(full_office):
    full_office.join(ADA, cadence="weekly", weekday="sunday")
    open_run(full_office.settings, full_office.now)
    save(full_office, cadence="daily")
    open_run(full_office.settings, full_office.now.replace(hour=23))
    assert [row["occasion"] for row in full_office.rows(deliveries)] == ["2026-11-15"]


def test_without_a_script_the_preview_is_a_button(full_office):
    full_office.join(ADA)
    answer = save(full_office, do="preview", topics="robot*")
    assert "What the last week would have brought" in answer.text
    assert 'class="foretaste"' in answer.text
    assert Page(answer.text).fields["topics"] == "robot*"
    assert full_office.known().preferences.topics == ""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": PUBLIC}, 200),
        ({}, 200),
    ],
)
def test_other_sites_cannot_send_the_form(office, headers, status):
    office.join(ADA)
    fields = Page(office.client.get(path(office)).text).fields | {"topics": "robotics"}
    answer = office.client.post(path(office), data=fields, headers=headers)
    assert answer.status_code == status
    assert office.known().preferences.topics == ("robotics" if status == 200 else "")


def test_other_links_open_nothing(office):
    office.join(ADA)
    known = office.known()
    for token in (unsubscribe_token(known.subscriber_id, known.generation, SECRET), "x", "é"):
        for place in (f"/preferences/{token}", f"/preferences/{token}/forget"):
            assert office.client.get(place).status_code == 404
            assert office.client.post(place).status_code == 404


def test_who_left_comes_back_with_the_same_wishes_once_they_confirm(office):
    office.join(ADA, topics="robotics")
    old = path(office)
    office.client.post(old, data={"do": "unsubscribe"})
    assert office.known().state is SubscriberState.UNSUBSCRIBED
    assert "Subscribe again" in office.client.get(old).text
    office.client.post(old, data={"do": "return"})
    assert office.known().state is SubscriberState.PENDING
    office.client.post(office.link("confirm"))
    assert (office.known().state, office.known().preferences.topics) == ("active", "robotics")
    assert office.client.get(old).status_code == 410


def test_forgetting_asks_once_more_and_leaves_no_address_anywhere(office):
    office.subscribe(topics="robotics")
    place = f"{path(office)}/forget"
    page = office.client.get(place)
    assert office.known() is not None
    assert "<button" in page.text
    assert office.client.post(place).status_code == 200
    assert office.known() is None
    stored = [str(row) for table in metadata.sorted_tables for row in office.rows(table)]
    assert not [row for row in stored if "ada" in row.lower() or "robotics" in row]
    events = office.do(lambda con: [event.event for event in consent.events(con)])
    assert events == ["requested", "confirmed", "erased"]
    assert office.client.get(place).status_code == 410
    assert office.client.post(place).status_code in {200, 410}
    assert office.rows(deliveries)[0]["address"] is None


def test_a_link_from_an_earlier_subscription_says_so(office):
    known = office.join(ADA)
    old = path(office)
    office.do(lambda con: subscribers.unsubscribe(con, known.subscriber_id, Act(office.now, "cli")))
    office.join(ADA)
    for answer in (office.client.get(old), office.client.post(old, data={"do": "unsubscribe"})):
        assert answer.status_code == 410
        assert "earlier subscription" in answer.text
    assert office.known().state is SubscriberState.ACTIVE
    assert office.do(lambda con: con.scalar(sa.select(sa.func.count()).select_from(deliveries))) == 0
