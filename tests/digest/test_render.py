"""The three forms of a digest: equal, safe, small enough, and fit for mail clients."""

import json
import re

import pytest
from msgspec.structs import replace

from broadsheet.digest import manuscript
from broadsheet.digest.edition import Digest, SectionName
from broadsheet.digest.fragments import cast
from broadsheet.digest.layout import MEASURES, ON_TOP, lay_out
from broadsheet.digest.render import MOST_HTML_BYTES, render
from digest.made_up import CASES, HOSTILE, UNTIL, day_digest, digest_of, paper, quiet_digest
from digest.pages import Page, squash
from digest.rewrite_golden import FORMS, golden_file, headers_of


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


@pytest.mark.parametrize("case", CASES)
def test_the_headers_are_as_they_were(case):
    assert headers_of(CASES[case]()) == golden_file(case, "headers").read_text(encoding="utf-8")


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


def test_a_quiet_digest_is_short_and_names_what_stands_on_top():
    digest = quiet_digest()
    document = json.loads(render(digest).json)
    (section,) = document["editions"][0]["sections"]
    assert document["quiet"]
    assert section["name"] == "still_here"
    assert [told["rank"] for told in section["papers"]] == list(range(1, ON_TOP + 1))
    assert section["omitted"] == digest.editions[0].entries - ON_TOP
    rendered = render(digest)
    assert "All quiet: nothing entered, came back, rose or left." in rendered.text
    assert "ON TOP" in rendered.text
    assert len(rendered.text.splitlines()) < 45


@pytest.mark.parametrize("most", [0, 1, 5, 20])
def test_no_more_papers_are_told_than_a_reader_wants(most):
    document = json.loads(render(day_digest(), most).json)
    told = [len(section["papers"]) for section in document["editions"][0]["sections"]]
    everything = [len(section.items) for section in day_digest().editions[0].sections]
    left_out = [section["omitted"] for section in document["editions"][0]["sections"]]
    assert sum(told) == most
    assert [a + b for a, b in zip(told, left_out, strict=True)] == everything


def test_more_lists_than_there_is_room_for_are_counted():
    edition = replace(day_digest().editions[0], sections=())
    news = [replace(day_digest().editions[0], sections=CASES["longest"]().editions[0].sections)] * 60
    digest = Digest(editions=(edition, *news), until=UNTIL, timezone="UTC", hub_url="https://hub.example")
    rendered = render(digest)
    document = json.loads(rendered.json)
    assert document["omitted_editions"] == 61 - len(document["editions"]) > 0
    assert "lists more" in rendered.text
    assert "lists more" in rendered.html
    assert len(rendered.html.encode()) <= MOST_HTML_BYTES


def test_why_a_paper_is_told_stands_in_every_form():
    rendered = render(CASES["with-topics"]())
    reasons = [told["why"] for told in papers(json.loads(rendered.json))]
    assert set(reasons) == {"language models, author Ada"}
    for form in (Page(rendered.html).text, rendered.text):
        assert form.count("You asked for language models, author Ada") == len(reasons)


def test_text_lines_are_short_but_addresses_whole(rendered):
    for line in rendered.text.splitlines():
        assert len(line) <= 78 or "http" in line


def test_hostile_text_stays_text_in_json():
    (first, _) = papers(json.loads(render(digest_of(HOSTILE)).json))
    assert first["title"].startswith("<script>alert(1)</script>")
    assert first["code_url"] is None


def test_rendering_twice_gives_the_same(rendered):
    assert render(CASES["a-day"]()) == render(CASES["a-day"]())


def test_a_fragment_depends_on_its_paper_only():
    piece = lay_out(digest_of([paper(0)]), MEASURES[0]).stories[0].columns[0].pieces[0]
    fragment = cast(manuscript.paper(piece, "UTC"))
    assert fragment.html in render(digest_of([paper(0)])).html
    assert fragment.text in render(digest_of([paper(0)])).text


def test_a_new_paper_that_fell_is_not_marked_as_one_that_rose():
    piece = lay_out(digest_of([paper(0)]), MEASURES[0]).stories[0].columns[0].pieces[0]
    for rank, marked in ((8, 'class="moved down">▼3'), (2, 'class="moved up">▲3')):
        moved = replace(piece, item=replace(piece.item, previous_rank=5, rank=rank))
        assert marked in re.sub(' style="[^"]*"', "", cast(manuscript.paper(moved, "UTC")).html)


def test_sections_stand_in_their_order():
    document = json.loads(render(day_digest()).json)
    names = [section["name"] for section in document["editions"][0]["sections"]]
    assert names == [str(name) for name in SectionName]


def without_spaces(text):
    return re.sub(r"\s", "", text)
