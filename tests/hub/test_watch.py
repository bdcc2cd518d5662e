"""Conditional polls: what is archived, what is remembered, and whether the page moved."""

import subprocess
import sys
from datetime import timedelta

import pytest

from broadsheet.hub.archive import Archive
from broadsheet.hub.validators import Validators, digest_of, validators_after
from broadsheet.hub.watch import Poller
from broadsheet.model import parse_list_id
from broadsheet.sample.faults import Drop, Shell, Status

TRENDING = parse_list_id("trending")


@pytest.fixture
def poller(hub_settings, clock):
    with Poller(hub_settings(max_attempts=1), now=clock.now, sleep=clock.sleep) as running:
        yield running


def archived(settings):
    return [stored.capture for stored in Archive(settings.archive_location).read()]


def test_a_poll_is_in_the_archive_when_it_returns(poller, hub_settings):
    poll = poller.poll(TRENDING)
    assert archived(hub_settings()) == list(poll.captures)
    assert poll.moved


def test_an_unchanged_page_did_not_move(poller, hub_settings):
    first = poller.poll(TRENDING)
    second = poller.poll(TRENDING, first.validators)
    assert [capture.status for capture in second.captures] == [304]
    assert (second.moved, second.validators) == (False, first.validators)
    assert len(archived(hub_settings())) == 3


def test_the_same_content_sent_again_did_not_move(poller, hub):
    first = poller.poll(TRENDING)
    forgetful = Validators(digest=first.validators.digest)
    second = poller.poll(TRENDING, forgetful)
    assert [capture.status for capture in second.captures] == [200]
    assert not second.moved


def test_a_page_that_moved_did_move(poller, clock):
    first = poller.poll(TRENDING)
    clock.moment += timedelta(days=1)
    second = poller.poll(TRENDING, first.validators)
    assert second.moved
    assert second.validators.digest != first.validators.digest


@pytest.mark.parametrize("fault", [Status(503), Drop(), Status(404)])
def test_a_failure_did_not_move_and_forgets_nothing(poller, hub, fault):
    first = poller.poll(TRENDING)
    hub.fail("/papers", fault)
    second = poller.poll(TRENDING, first.validators)
    assert (second.moved, second.validators) == (False, first.validators)


def test_polls_of_one_poller_share_a_file(poller, hub_settings):
    for _ in range(3):
        poller.poll(TRENDING)
    files = {s.location.file for s in Archive(hub_settings().archive_location).read()}
    assert len(files) == 1


def test_a_list_of_several_pages_moves_when_any_of_them_does(make_capture):
    first = make_capture(1, body=b'[{"paper": 1}]')
    pages = [make_capture(n, body=b'[{"paper": %d}]' % n, part_of=first.capture_id) for n in (2, 3)]
    after = validators_after([first, pages[0]], Validators())
    assert validators_after([first, pages[1]], Validators()).digest != after.digest
    assert after.headers() == {}


PROPS = "{&quot;dailyPapers&quot;:[{&quot;title&quot;:&quot;a > b&quot;}]}"


@pytest.mark.parametrize(
    "tag",
    [
        f'<div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{PROPS}">',
        f"<div data-props='{PROPS}' class=x data-target=DailyPapers>",
        f'<section\n data-target = "DailyPapers"\n data-props = "{PROPS}" hidden>',
    ],
)
def test_only_what_the_list_says_matters(make_capture, tag):
    def digest(before, after):
        html = f'<!doctype html><html data-nonce="{before}"><!--{before}-->{tag}<p>{after}</p></html>'
        return digest_of([make_capture(body=html.encode())])

    assert digest("1", "a") == digest("2", "b")
    assert digest("1", "a") != digest_of([make_capture(body=b"<html></html>")])
    other = make_capture(body=f"<html>{tag.replace('a > b', 'a > c')}</html>".encode())
    assert digest("1", "a") != digest_of([other])


def test_of_a_page_without_the_list_all_but_comments_matters(make_capture):
    def digest(body):
        return digest_of([make_capture(body=body)])

    banner = b'<div data-target="DailyPapersBannerSubscribe" data-props="{}">'
    assert digest(banner + b"<!-- 1 --><p>x") == digest(banner + b"<!-- 2 --><p>x")
    assert digest(banner + b"<p>x") != digest(banner + b"<p>y")


def test_an_outage_is_a_change_worth_a_look(poller, hub):
    first = poller.poll(TRENDING)
    hub.fail("/papers", Shell())
    assert poller.poll(TRENDING, first.validators).moved


def test_watching_is_light_to_import():
    script = (
        "import sys, broadsheet.hub.watch\n"
        "heavy = {'requests', 'warcio', 'fsspec', 'bs4', 'duckdb', 'pyarrow', 'protego'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
