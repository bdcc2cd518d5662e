"""Editions for programs: the archive, and one edition as the mails' JSON."""

import json
from datetime import datetime

import pytest

from broadsheet.digest.edit import edit
from broadsheet.digest.render import render
from broadsheet.model import ListKind, parse_list_id
from broadsheet.times import as_utc

EDITION = "/api/v1/editions"


def test_an_edition_is_what_a_mail_of_that_evening_would_say(reader):
    site = reader.app.state.site
    since, until = (as_utc(datetime.fromisoformat(f"2026-11-{day}T23:30")) for day in ("09", "10"))
    with site.published.reading() as read:
        digest = edit(read.con, {parse_list_id("trending"): since}, until, hub_url=site.settings.hub_url)
    told = reader.get(f"{EDITION}/trending/2026-11-10").json()
    mailed = json.loads(render(digest).json)
    assert told["editions"] == mailed["editions"]
    assert told["key"] == mailed["key"]
    assert any(section["papers"] for section in told["editions"][0]["sections"])


def test_the_archive_tells_of_each_edition_once_and_each_is_there(reader):
    told, address = [], f"{EDITION}?limit=9"
    while address:
        page = reader.get(address)
        told += [(each["list"], each["day"]) for each in page.json()["editions"]]
        address = page.links.get("next", {}).get("url")
    assert len(told) == len(set(told)) > 20
    assert {source for source, _ in told} == {"trending", ListKind.DAILY}
    days = [day for _, day in told]
    assert days == sorted(days, reverse=True)
    for source, day in told[::7]:
        edition = reader.get(f"{EDITION}/{source}/{day}").json()["editions"][0]
        assert edition["as_of"].startswith(day)


def test_the_archive_of_one_list(reader):
    told = reader.get(EDITION, params={"list": "daily", "limit": 500}).json()["editions"]
    assert {each["list"] for each in told} == {"daily"}


@pytest.mark.parametrize(
    "edition",
    [
        "trending/2026-11-01",
        "trending/2027-01-01",
        "trending/9999-12-31",
        "trending/0001-01-01",
        "weekly/2026-11-10",
        "search/2026-11-10",
        "nonsense/2026-11-10",
        "daily:2026-02-30/2026-11-10",
    ],
)
def test_an_edition_that_there_is_not_is_not_found(reader, edition):
    assert reader.get(f"{EDITION}/{edition}").status_code == 404


def test_a_day_that_is_none_is_refused_in_plain_words(reader):
    refused = reader.get(f"{EDITION}/trending/2026-11-31")
    assert refused.status_code == 422
    assert refused.json()["detail"] == "day: write a day as 2026-11-20"
