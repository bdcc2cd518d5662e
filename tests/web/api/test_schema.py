"""The API keeps to its document, whatever it is asked: schemathesis asks."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from broadsheet.settings import Settings
from broadsheet.web.app import API_DOCUMENT, create_app

CONTROL_CHARACTERS = "400"
TOO_LONG = "414"

schema = schemathesis.openapi.from_asgi(API_DOCUMENT, create_app(Settings()))
schema.config.checks.positive_data_acceptance.expected_statuses.append(CONTROL_CHARACTERS)
schema.config.checks.negative_data_rejection.expected_statuses.append(TOO_LONG)


@schema.parametrize()
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_to_its_document(case, reader):
    """Examples, bounds and made-up values, right ones and wrong ones, to every operation; its status, headers, media
    type and content must be those that the document tells of, and what is wrong must be refused.
    """
    case.operation.app = reader.app
    case.call_and_validate()


@pytest.fixture(scope="module")
def known(reader):
    """Parameters by which something is found: paper and daily list."""
    entry = reader.get("/api/v1/lists/daily").json()
    return {
        "paper_id": entry["entries"][0]["paper_id"],
        "kind": "daily",
        "key": entry["list_key"],
        "list": "trending",
        "day": reader.get("/api/v1/lists/trending").json()["captured_at"][:10],
        "q": "learning",
    }


@pytest.mark.parametrize("label", sorted(operation.ok().label for operation in schema.get_all_operations()))
def test_what_is_found_is_as_the_document_says(label, known, reader):
    """Made-up names find nothing: these are real."""
    operation = next(found.ok() for found in schema.get_all_operations() if found.ok().label == label)
    operation.app = reader.app
    named = {each.name: known[each.name] for each in operation.path_parameters}
    query = {each.name: known[each.name] for each in operation.query if each.name == "q"}
    response = operation.Case(path_parameters=named, query=query).call_and_validate()
    assert response.status_code == 200
