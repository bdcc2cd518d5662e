"""RIS that reference managers read."""

import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.citations.formats import CitationFormat, cite
from broadsheet.citations.ris import record
from citations.references import GROWTH, references


def test_a_record_from_its_type_to_its_end():
    assert record(GROWTH).split("\r\n") == [
        "TY  - UNPB",
        "ID  - arXiv:2611.00001",
        "TI  - On Growth",
        "AU  - Ada Lovelace",
        "AU  - Wu, Jr.",
        "AU  - Salt and Pepper Team",
        "PY  - 2026",
        "DA  - 2026/11/03",
        "PB  - arXiv",
        "M1  - arXiv:2611.00001",
        "DO  - 10.48550/arXiv.2611.00001",
        "UR  - https://arxiv.org/abs/2611.00001",
        "AB  - It grows. And grows.",
        "KW  - growth",
        "KW  - engines",
        "ER  - ",
        "",
    ]


@settings(deadline=None)
@given(st.lists(references, max_size=4))
def test_a_parser_reads_each_paper_and_nothing_else(papers):
    found = rispy.loads(cite(papers, CitationFormat.RIS))
    assert [each["title"] for each in found] == [paper.title for paper in papers]
    assert [tuple(each.get("authors", ())) for each in found] == [paper.authors for paper in papers]
    assert [each.get("abstract") for each in found] == [paper.abstract for paper in papers]
    assert all(each["type_of_reference"] == "UNPB" and "unknown_tag" not in each for each in found)
