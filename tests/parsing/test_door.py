import gzip
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from broadsheet.model import ListId, ListKind, Verdict
from broadsheet.parsing.door import parse
from parsing.made_up_pages import HUB, capture, item, page, paper_page

SHELL = page(None)
CHALLENGE = (
    '<!DOCTYPE html><html><head><script src="https://x.awswaf.com/challenge.js"></script></head>'
    '<body><div id="challenge-container"></div></body></html>'
)
PLAIN = "<html><body><h1>It works</h1></body></html>"
LOGIN = (
    '<!doctype html><html><head><meta property="og:url" content="https://huggingface.co/login"/></head>'
    '<body><div data-target="LoginForm"></div></body></html>'
)
MODELS = LOGIN.replace("/login", "/models")
MIRROR = page([item(1)]).replace(f'content="{HUB}', 'content="https://huggingface.ac.example')
CANONICAL = page([item(1)]).replace(
    "</head>", '<link href="https://mirror.example/papers" rel="canonical"/></head>'
)
BROKEN_PAPER = paper_page(item(1)["paper"]).replace("paper&quot;:", "papyrus&quot;:")


def fault(body: str | bytes, url: str = f"{HUB}/papers/trending", **more: object) -> Verdict | None:
    found = parse(capture(body, url, **more)).fault
    return found.verdict if found is not None else None


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, Verdict.ERROR),
        (304, Verdict.UNCHANGED),
        (202, Verdict.BLOCKED),
        (403, Verdict.BLOCKED),
        (405, Verdict.BLOCKED),
        (429, Verdict.BLOCKED),
        (400, Verdict.ERROR),
        (404, Verdict.ERROR),
        (500, Verdict.ERROR),
        (503, Verdict.ERROR),
        (302, Verdict.ERROR),
        (200, None),
    ],
)
def test_the_status_comes_before_the_body(status: int | None, verdict: Verdict | None) -> None:
    assert fault(page([item(1)], isTrending=True), status=status) is verdict


def test_the_reason_of_a_failure_is_kept() -> None:
    listing = parse(capture("", status=None, error="no answer within 60 s", asked=ListId(ListKind.TRENDING)))
    assert listing.fault is not None
    assert listing.fault.reason == "no answer within 60 s"
    assert listing.list_id == ListId(ListKind.TRENDING)


@pytest.mark.parametrize(
    ("body", "url", "verdict"),
    [
        (SHELL, f"{HUB}/papers/trending", Verdict.LAYOUT_CHANGED),
        (BROKEN_PAPER, f"{HUB}/papers/2607.00001", Verdict.LAYOUT_CHANGED),
        (CHALLENGE, f"{HUB}/papers", Verdict.BLOCKED),
        (CHALLENGE, "http://127.0.0.1:9/papers", Verdict.BLOCKED),
        (PLAIN, f"{HUB}/papers", Verdict.BLOCKED),
        (LOGIN, f"{HUB}/papers", Verdict.BLOCKED),
        (MODELS, f"{HUB}/papers", Verdict.ERROR),
        (PLAIN, "https://other.example/papers", Verdict.FOREIGN),
        (MIRROR, f"{HUB}/papers", Verdict.FOREIGN),
        (CANONICAL, f"{HUB}/papers", Verdict.FOREIGN),
        (MIRROR.replace("DailyPapers", "Other"), f"{HUB}/papers", Verdict.FOREIGN),
        ("Just some words.", f"{HUB}/papers", Verdict.FOREIGN),
        (b"\xff\xfe\x00words", f"{HUB}/papers", Verdict.ERROR),
        (gzip.compress(b"<html>", mtime=0), f"{HUB}/papers", Verdict.ERROR),
        ("", f"{HUB}/papers", Verdict.ERROR),
        (" \n ", f"{HUB}/papers", Verdict.ERROR),
    ],
)
def test_what_is_no_list_says_why(body: str | bytes, url: str, verdict: Verdict) -> None:
    assert fault(body, url) is verdict


def test_the_sample_of_the_hub_on_loopback_is_the_hub() -> None:
    assert fault(page([item(1)]), "http://127.0.0.1:8099/papers/trending") is None
    assert (
        fault(page([item(1)]).replace(HUB, "http://127.0.0.1:8099"), "http://127.0.0.1:8099/papers") is None
    )


def test_a_cut_answer_is_an_error_even_if_it_could_be_read() -> None:
    whole = page([item(1)], isTrending=True)
    assert fault(whole, headers=(("Content-Length", str(len(whole.encode()) + 1)),)) is Verdict.ERROR
    assert fault(whole, headers=(("Content-Length", str(len(whole.encode()))),)) is None
    assert fault(whole, headers=(("Content-Length", "999999"), ("Content-Encoding", "gzip"))) is None
    assert fault(whole, error="the connection broke") is Verdict.ERROR


def test_bytes_decide_and_not_the_content_type() -> None:
    lying = (("Content-Type", "application/json"),)
    assert parse(capture(page([item(1)]), headers=lying)).parser == "hydration"
    honest = capture(json.dumps([item(1)]), headers=(("Content-Type", "text/html"),))
    assert parse(honest).parser == "api"


def test_bytes_that_are_no_utf8_do_not_stop_a_page() -> None:
    body = page([item(1)], isTrending=True).encode().replace(b"Trending Papers", b"Trending \xff Papers")
    listing = parse(capture(body))
    assert (listing.fault, len(listing.entries)) == (None, 1)
    declared = page([item(1)], isTrending=True).replace('charset="utf-8"', 'charset="\x07"')
    damaged = declared.encode().replace(b"a study", b"a \xff study", 1)
    [entry] = parse(capture(damaged)).entries
    assert entry.details.title == "Paper number 1: a \ufffd study", "damage is shown, not hidden"


@pytest.mark.parametrize(
    "deep", ["<div>", "<article>", "<p>", "<a href='/papers/2607.00001'>", "<h3>", "<!--"]
)
def test_absurd_nesting_is_no_crash(deep: str) -> None:
    parse(capture(page([item(1)], tag=deep * 20_000)))


MARKS = (
    b"Get trending papers in your email inbox;### ;[;](;][1];Upvote 3;\n;4 authors;Submitted by;Abstract;View PDF;"
    b"arxiv:2607.00001;/papers/2607.00001;Mar 12;<html>;<article>;<h3>"
).split(b";")
SEEDS = [
    page([item(1), item(2)], isTrending=True).encode(),
    page([item(1)], tag='<div data-target="DailyPapers">').encode(),
    paper_page(item(1)["paper"]).encode(),
    json.dumps([item(1), item(2)]).encode(),
    SHELL.encode(),
    (
        "Get trending papers in your email inbox!\nSubscribe\nJul 8\n[\n-\n][31]\n### [One][32]\n[Words.][33]\n"
        "* 3 authors\n·\nMay 30\n[65][35]\n### [Two](https://huggingface.co/papers/2607.00002)\nWords.\n"
        "[[pic] Lab](https://huggingface.co/lab) · Published on Jul 1\nUpvote 25\nGitHub 3.29k\n"
    ).encode(),
    b"arxiv:2607.00001\nTitle\nUpvote\n3\nAuthors:\nAda\nAbstract\nWords.\nView arXiv page\nView PDF\nGitHub\n1\n",
]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.lists(st.sampled_from(MARKS) | st.binary(max_size=5)).map(b"".join))
@example(b"[" * 50_000)
@example(b"Get trending papers in your email inbox\n4 authors")
@example(b"Get trending papers in your email inbox\n" + b"[](" * 20_000)
@example(b"Get trending papers in your email inbox\n" + b"[" * 20_000 + b"](x)" * 20_000)
def test_no_bytes_crash_it(body: bytes) -> None:
    listing = parse(capture(body))
    assert (listing.fault is None) == bool(listing.entries)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_page_crashes_it(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(SEEDS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = min(len(body), start + data.draw(st.sampled_from([0, 1, 5, 100, 10**9])))
        body = (
            body[:start]
            + data.draw(st.binary(max_size=6) | st.sampled_from([b'"', b"<", b">", b"&#0;", b"null"]))
            + body[end:]
        )
    listing = parse(capture(body))
    assert (listing.fault is None) == bool(listing.entries)
    assert [e.rank for e in listing.entries if e.rank is not None] == sorted(
        {e.rank for e in listing.entries if e.rank is not None}
    )


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.sampled_from(["Link", "Content-Length", "Content-Type"]), st.text(max_size=20))),
)
def test_no_address_and_no_header_crashes_it(url: str, headers: list[tuple[str, str]]) -> None:
    for body in SEEDS:
        parse(capture(body, url, headers=tuple(headers), final_url=url))


@pytest.mark.parametrize(
    ("url", "status", "headers", "words"),
    [
        ("https://huggingface.co/robots.txt", 200, (), "rules for robots"),
        ("https://huggingface.co/robots.txt", 404, (), "rules for robots"),
        (
            "https://huggingface.co/papers",
            302,
            (("Location", "/papers/date/2026-11-02"),),
            "/papers/date/2026-11-02",
        ),
    ],
)
def test_what_was_asked_on_the_way_is_no_doubtful_list(
    url: str, status: int, headers: tuple[tuple[str, str], ...], words: str
) -> None:
    found = parse(capture("User-agent: *", url, status=status, headers=headers)).fault
    assert found is not None
    assert found.verdict is Verdict.EMPTY
    assert words in found.reason
