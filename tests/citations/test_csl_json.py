"""CSL-JSON that citation processors read."""

import json
from pathlib import Path

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.citations.csl_json import item
from broadsheet.citations.formats import CitationFormat, cite
from citations.references import GROWTH, references

SCHEMA = json.loads(Path(__file__).with_name("csl.schema.json").read_text())


def test_an_item_says_what_is_known():
    assert json.loads(item(GROWTH)) == {
        "id": "arXiv:2611.00001",
        "type": "article",
        "title": "On Growth",
        "author": [{"literal": "Ada Lovelace"}, {"literal": "Wu, Jr."}, {"literal": "Salt and Pepper Team"}],
        "issued": {"date-parts": [[2026, 11, 3]]},
        "publisher": "arXiv",
        "number": "arXiv:2611.00001",
        "DOI": "10.48550/arXiv.2611.00001",
        "URL": "https://arxiv.org/abs/2611.00001",
        "abstract": "It grows. And grows.",
        "keyword": "growth, engines",
    }


@settings(deadline=None)
@given(st.lists(references, max_size=4))
def test_a_file_is_valid_and_holds_each_paper(papers):
    found = json.loads(cite(papers, CitationFormat.CSL_JSON))
    jsonschema.validate(found, SCHEMA)
    assert [each["title"] for each in found] == [paper.title for paper in papers]
