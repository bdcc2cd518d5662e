"""Which terms are found in which papers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest import matching
from broadsheet.digest.edition import Paper
from broadsheet.digest.matching import Index, lines_of
from broadsheet.digest.topics import read_topics

PAPER = Paper(
    paper_id="2611.00001",
    title="Robotic world-models",
    abstract="We learn world models of kitchens. Robots share a counter",
    authors=("Fei-Fei Li", "José A. García Márquez", "Li Wei"),
    organization="NVIDIA Research",
    ai_summary="A planner in C++.",
    ai_keywords=("Diffusion Models", "reinforcement learning"),
)


def found(term: str, *papers: Paper) -> list[bool]:
    index = Index((lines_of(paper), 1 << at) for at, paper in enumerate(papers))
    (wanted,) = read_topics(term).includes
    places = index.found[wanted]
    return [bool(places >> at & 1) for at in range(len(papers))]


@pytest.mark.parametrize(
    "term",
    [
        *(
            "robotic",
            "ROBOTIC",
            "world model*",
            '"world models"',
            "World-Models",
            "kitchens",
            "planner",
            "c++",
        ),
        *("diffusion", "diffusion models", "robot*", '"share a"', "models of"),
        *("author:Li", "author:fei-fei", "author:Fei Li", "author:jose garcia", 'author:"José A. García"'),
        *("author:José Márquez", "author:Fei-F*", "author:josé gar*", "author:Wei"),
        *(
            "org:nvidia",
            "org:NVIDIA Research",
            "org:nvi*",
            "keyword:diffusion",
            "keyword:models",
            "keyword:reinf*",
        ),
    ],
)
def test_found(term):
    assert found(term, PAPER) == [True]


@pytest.mark.parametrize(
    "term",
    [
        *("robot", "model", "odels", "c", "kitchens robots kitchens", "learning planner", "nvidia", "garcia"),
        *("world planner", '"counter a"', "models diffusion", "models reinforcement"),
        *("author:García José", "author:Li Fei", "author:Fei Wei", "author:robotic", "author:Li L*"),
        *(
            "org:research nvidia",
            "org:acme",
            "keyword:robotic",
            "keyword:models reinforcement",
            "keyword:iffusion",
        ),
    ],
)
def test_not_found(term):
    assert found(term, PAPER) == [False]


def test_a_phrase_reaches_over_a_sentence_but_not_from_one_text_into_the_next():
    assert found("kitchens robots", PAPER) == [True]
    assert found("models we", PAPER) == [False]


def test_what_was_found_is_found_again_once_too_many_terms_are_kept(monkeypatch):
    monkeypatch.setattr(matching, "REMEMBERED", 2)
    index = Index([(lines_of(PAPER), 1)])
    terms = read_topics("robotic, world models, planner, acme").includes
    assert [index.found[term] for term in (*terms, *terms)] == [1, 1, 1, 0] * 2
    assert len(index.found) == 2


def test_a_paper_of_which_little_is_known():
    assert found("anything", Paper(paper_id="1")) == [False]
    assert found("any*", Paper(paper_id="1")) == [False]


@given(
    st.lists(st.lists(st.sampled_from("abc"), max_size=5).map(" ".join), max_size=6),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(" ".join),
)
def test_a_phrase_is_found_where_it_stands(titles, phrase):
    papers = [Paper(paper_id=str(at), title=title) for at, title in enumerate(titles)]
    assert found(phrase, *papers) == [f" {phrase} " in f" {title} " for title in titles]
