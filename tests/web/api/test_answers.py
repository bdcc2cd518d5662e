"""What holds for every answer of the API."""

import os

import pytest

EVERY = ["/api/v1/papers", "/api/v1/lists", "/api/v1/lists/trending", "/api/v1/changes"]


@pytest.mark.parametrize("address", EVERY)
def test_who_has_an_answer_is_told_so_until_something_new_is_published(visitor, address):
    first = visitor.get(address)
    known = {"If-None-Match": first.headers["etag"]}
    again = visitor.get(address, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    os.utime(visitor.app.state.site.settings.published_path)
    anew = visitor.get(address, headers=known)
    assert anew.status_code == 200
    assert anew.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("address", [*EVERY, "/api/v1/changes?format=ndjson", "/api/v1/openapi.json"])
def test_head_is_answered_without_content(reader, address):
    got, head = reader.get(address), reader.head(address)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers.get("content-length") == got.headers.get("content-length")


@pytest.mark.parametrize(
    "address", [*EVERY, "/api/v1/papers/nope", "/api/v1/openapi.json", "/api/v1/nothing"]
)
def test_scripts_on_any_page_may_read_answers_and_refusals(reader, address):
    answer = reader.get(address, headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "Link" in answer.headers["access-control-expose-headers"]


def test_browsers_may_ask_beforehand(reader):
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    answer = reader.options("/api/v1/lists", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD"
    assert "If-None-Match" in answer.headers["access-control-allow-headers"]


def test_pages_for_people_are_not_opened_to_scripts(reader):
    answer = reader.get("/static/site.css", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_refusals_are_problem_details(reader):
    refused = reader.get("/api/v1/changes", params={"after": -1, "sience": 3})
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert (problem["type"], problem["title"], problem["status"]) == (
        "about:blank",
        "Unprocessable Entity",
        422,
    )
    assert {each["parameter"] for each in problem["errors"]} == {"after", "sience"}


@pytest.mark.parametrize(
    "address", ["/api/v1/papers/%00", "/api/v1/lists/search/x%1b", "/api/v1/lists?kind=%00"]
)
def test_control_characters_are_refused_as_problem_details(reader, address):
    refused = reader.get(address)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(reader, method):
    refused = reader.request(method, "/api/v1/lists")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET"
    assert refused.headers["content-type"] == "application/problem+json"


def test_nothing_published_is_told_to_programs_too(tmp_path):
    from fastapi.testclient import TestClient

    from broadsheet.settings import Settings
    from broadsheet.web.app import create_app

    refused = TestClient(create_app(Settings(home=str(tmp_path)))).get("/api/v1/changes?format=ndjson")
    assert refused.status_code == 503
    assert refused.headers["retry-after"]
    assert str(tmp_path) not in refused.text


def test_the_document_tells_of_the_api_alone(reader):
    document = reader.get("/api/v1/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert all(each["summary"] and each["description"] and each["tags"] for each in operations)
    assert len({each["operationId"] for each in operations}) == len(operations)
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
