"""The three forms of a digest: equal, safe, small enough, and fit for mail clients."""

import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest
from msgspec.structs import replace

from broadsheet.digest.edition import Digest, SectionName
from broadsheet.digest.fragments import paper as paper_fragment
from broadsheet.digest.layout import MEASURES, lay_out
from broadsheet.digest.render import MOST_HTML_BYTES, render
from digest.made_up import CASES, HOSTILE, UNTIL, day_digest, digest_of, paper
from digest.rewrite_golden import FORMS, golden_file

BLOCK = {"p", "div", "h1", "h2", "h3", "h4", "td", "table", "br", "title"}


class Page(HTMLParser):
    """What a reader of the HTML gets: its words, its addresses, its elements."""

    def __init__(self, html):
        super().__init__()
        self.words, self.addresses, self.elements = [], [], []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._silent += tag == "style"
        if tag in BLOCK:
            self.words.append("\n")
        if tag == "a":
            self.addresses.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        self._silent -= tag == "style"
        if tag in BLOCK:
            self.words.append("\n")

    def handle_data(self, data):
        if not self._silent:
            self.words.append(data)

    @property
    def text(self):
        return squash("".join(self.words))


def squash(text):
    return " ".join(text.split())


@pytest.fixture(scope="module", params=CASES)
def rendered(request):
    return render(CASES[request.param]())


@pytest.fixture(scope="module")
def page(rendered):
    return Page(rendered.html)


@pytest.fixture(scope="module")
def document(rendered):
    return json.loads(rendered.json)


def papers(document):
    return [
        paper
        for edition in document["editions"]
        for section in edition["sections"]
        for paper in section["papers"]
    ]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", FORMS)
def test_it_looks_as_it_did(case, form):
    """After a change on purpose: ``python tests/digest/rewrite_golden.py``, and read the difference."""
    assert getattr(render(CASES[case]()), form) == golden_file(case, form).read_text(encoding="utf-8")


def test_html_and_text_name_the_same_papers_in_the_same_order_as_json(rendered, page, document):
    text = squash(rendered.text.replace("\n     ", " "))
    at_html = at_text = 0
    for told in papers(document):
        title = squash(told["title"])
        at_html = page.text.index(title, at_html) + 1
        if title in text:  # a title without spaces is broken over lines
            at_text = text.index(title, at_text) + 1


def test_html_and_text_say_what_json_says(rendered, page, document):
    text = without_spaces(rendered.text)
    shown = without_spaces(page.text)
    for told in papers(document):
        wanted = [told["title"], told["summary"], told["code_url"] and told["paper_url"]]
        if told["summary"] is not None:
            wanted += [told["organization"], *told["authors"][:3], told["ranks_drawn"]]
        if told["upvotes"] is not None and told["rank"] is not None:
            wanted += [f"{told['upvotes']:,}"]
        for words in filter(None, wanted):
            assert without_spaces(words) in text
            if not words.startswith("http"):
                assert without_spaces(words) in shown


def test_html_and_text_link_to_the_same_places(rendered, page, document):
    in_text = re.findall(r"https?://\S+", rendered.text)
    assert set(page.addresses) == set(in_text)
    in_json = {paper["paper_url"] for paper in papers(document)} - {None}
    assert in_json <= set(in_text)


def test_ai_summaries_are_labelled_in_every_form(rendered, page, document):
    by_ai = sum(paper["summary_by_ai"] for paper in papers(document))
    assert page.text.count("AI summary:") == by_ai
    assert rendered.text.count("AI summary:") == by_ai


def test_it_is_small_enough_not_to_be_cut(rendered):
    assert len(rendered.html.encode()) <= MOST_HTML_BYTES
    assert "AI summary”" in rendered.html[-2000:]  # the foot is there


def test_the_longest_things_are_shortened_first():
    layouts = [lay_out(CASES["longest"](), measure) for measure in MEASURES]
    kept = [sum(len(column.pieces) for column in layout.stories[0].columns) for layout in layouts]
    assert kept[:4] == [50] * 4
    assert kept == sorted(kept, reverse=True)
    for layout in layouts:
        for column in layout.stories[0].columns:
            assert len(column.pieces) + column.omitted == 50


def test_every_edition_a_month_holds_fits_too():
    edition = CASES["longest"]().editions[0]
    digest = Digest(editions=(edition,) * 40, until=UNTIL, timezone="UTC", hub_url="https://hub.example")
    assert len(render(digest).html.encode()) <= MOST_HTML_BYTES


def test_a_paper_told_in_full_is_a_line_in_the_next_edition():
    edition = day_digest().editions[0]
    digest = replace(day_digest(), editions=(edition, edition))
    first, second = lay_out(digest, MEASURES[0]).stories
    assert first.columns[0].pieces[0].full
    assert not any(piece.full for column in second.columns for piece in column.pieces)


def test_a_quiet_edition_beside_others_is_a_sentence():
    edition = day_digest().editions[0]
    still = [section for section in edition.sections if section.name is SectionName.STILL_HERE]
    quiet = replace(edition, sections=tuple(still))
    _, story = lay_out(replace(day_digest(), editions=(edition, quiet)), MEASURES[0]).stories
    assert quiet.quiet
    assert story.columns == ()


def test_text_lines_are_short_but_addresses_whole(rendered):
    for line in rendered.text.splitlines():
        assert len(line) <= 78 or "http" in line


def test_nothing_hostile_gets_through():
    page = Page(render(CASES["hostile"]()).html)
    assert {tag for tag, _ in page.elements} <= {
        *("html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td"),
        *("h1", "h2", "h3", "h4", "p", "a", "span", "br"),
    }
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert "<script>alert(1)</script> {{7*7}} {% raw %} <!--body-->" in page.text
    assert all(url.startswith(("https://hub.example/", "https://arxiv.org/")) for url in page.addresses)
    assert "evil" in page.text
    assert "\u202e" not in page.text


def test_hostile_text_stays_text_in_json():
    (first, _) = papers(json.loads(render(digest_of(HOSTILE)).json))
    assert first["title"].startswith("<script>alert(1)</script>")
    assert first["code_url"] is None


def test_it_is_made_for_mail_clients(rendered, page):
    bare = re.sub(r"<style.*?</style>", "", rendered.html, flags=re.S)
    for unsupported in ("display: flex", "display: grid", "var(", "position:", "<link", "<svg", "<img", "<script",
                        "<form", "base64", "@import", "<style"):  # fmt: skip
        assert unsupported not in bare
    for tag, attributes in page.elements:
        if tag == "table":
            assert attributes["role"] == "presentation"
        if tag == "a":
            assert attributes["href"].startswith("https://")
    assert ("html", {"lang": "en", "dir": "ltr"}) in page.elements
    assert len(re.search(r"<style.*?</style>", rendered.html, flags=re.S)[0]) < 16_000


def test_headings_descend_one_step_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("file", ["style.css", "media.css"])
def test_every_letter_stands_out_from_its_ground(file):
    style = (files("broadsheet.digest") / "templates" / file).read_text(encoding="utf-8")
    ground = luminance(re.search(r"background-color: (#\w{6})", style)[1])
    colours = re.findall(r"[{;] color: (#\w{6})", style)
    assert len(colours) >= 5
    for colour in colours:
        light, dark = max(luminance(colour), ground), min(luminance(colour), ground)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour


def test_no_letter_is_smaller_than_14_pixels(rendered):
    sizes = [int(size) for size in re.findall(r"(\d+)px/[\d.]+ Georgia", rendered.html)]
    assert min(sizes) >= 14


def test_the_line_beside_the_subject_has_a_good_length(rendered):
    hidden = re.search(r"<div style=\"display: ?none[^>]*>(.*?)</div>", rendered.html, flags=re.S)[1]
    shown = hidden.replace("\u2007", "").replace("\u034f", "").strip()
    assert 40 <= len(shown) <= 110  # entities count as written


def test_rendering_twice_gives_the_same(rendered):
    assert render(CASES["a-day"]()) == render(CASES["a-day"]())


def test_a_fragment_depends_on_its_paper_only():
    piece = lay_out(digest_of([paper(0)]), MEASURES[0]).stories[0].columns[0].pieces[0]
    assert paper_fragment(piece, "UTC").html in render(digest_of([paper(0)])).html
    assert paper_fragment(piece, "UTC").text in render(digest_of([paper(0)])).text


def test_sections_stand_in_their_order():
    document = json.loads(render(day_digest()).json)
    names = [section["name"] for section in document["editions"][0]["sections"]]
    assert names == [str(name) for name in SectionName]


def without_spaces(text):
    return re.sub(r"\s", "", text)
