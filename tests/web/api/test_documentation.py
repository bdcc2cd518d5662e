"""The API's page and the guide: what they show can be asked."""

import re
from html import unescape
from pathlib import Path

import pytest

from broadsheet.web.api.documentation import EXAMPLES
from broadsheet.web.api.reference import Form, reference

GUIDE = Path(__file__).parents[3] / "docs" / "api.md"
BASE = "http://testserver/api/v1"
GUIDE_BASE = "https://papers.example.org/api/v1"


@pytest.fixture(scope="module")
def page(reader):
    answer = reader.get("/api")
    assert answer.status_code == 200
    return answer.text


def test_every_operation_and_every_field_is_told_of(page, reader):
    document = reader.get("/api/v1/openapi.json").json()
    for path in document["paths"].values():
        for operation in path.values():
            assert f'id="{operation["operationId"]}"' in page
            assert EXAMPLES[operation["operationId"]]
    for name, schema in document["components"]["schemas"].items():
        assert ("properties" in schema) == (f'id="{name}"' in page)
        for field in schema.get("properties", ()):
            assert f"<code>{field}</code>" in page


def test_every_link_within_the_page_has_an_end(page):
    ends = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ends


def test_every_example_on_the_page_is_answered_with_something(page, reader):
    examples = [unescape(each) for each in re.findall(r"curl '?(http[^'<]+)", page)]
    assert len(examples) >= len(EXAMPLES)
    for example in examples:
        answer = reader.get(example)
        assert answer.status_code == 200, example
        assert len(answer.content) > 20, example


def test_the_page_loads_nothing_from_elsewhere(page):
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!testserver|huggingface\.co)', page)


def commands(guide: str) -> list[str]:
    return re.findall(r"^    curl .*$", guide, re.MULTILINE)


@pytest.mark.parametrize("command", commands(GUIDE.read_text(encoding="utf-8")))
def test_every_command_of_the_guide_is_answered(reader, command):
    headers = dict(re.findall(r"-H '([^:]+): ([^']+)'", command))
    (address,) = re.findall(rf"'({re.escape(GUIDE_BASE)}[^']*)'", command)
    known = reader.get("/api/v1/lists/trending").json()["entries"][0]["paper_id"]
    address = address.replace("2609.18063", known).replace(GUIDE_BASE, BASE)
    answer = reader.get(address, headers=headers)
    assert answer.status_code == 200
    assert len(answer.content) > 20


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 500}, "number, 1 to 500"),
        ({"type": "integer", "minimum": 0, "maximum": 2**63 - 1}, "number from 0"),
        ({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}, "time or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Kind"}}, "list of a, b"),
        ({"$ref": "#/components/schemas/Thing"}, "Thing"),
    ],
)
def test_forms_are_told_in_words(schema, words):
    schemas = {
        "Kind": {"type": "string", "enum": ["a", "b"]},
        "Thing": {"type": "object", "properties": {"field": schema}},
    }
    document = {
        "info": {"title": "", "version": "", "description": ""},
        "tags": [],
        "paths": {"/": {"get": {"responses": {}, "tags": ["x"]}}},
        "components": {"schemas": schemas},
    }
    document["paths"]["/"]["get"] |= {
        "operationId": "ask", "summary": "", "description": "", "responses": {"200": {"content": {}}}
    }  # fmt: skip
    (thing,) = reference(document).structs
    assert isinstance(thing.fields[0].form, Form)
    assert thing.fields[0].form.words == words
