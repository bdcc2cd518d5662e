"""Lists to ask for, and what was asked and answered: shared by the tests that ask the sample hub."""

from broadsheet.model import parse_list_id

TRENDING = parse_list_id("trending")
DAILY = parse_list_id("daily:2026-11-17")
MONTHLY = parse_list_id("monthly:2026-10")


def paths(hub):
    return [request.path for request in hub.log]


def statuses(captures):
    return [capture.status for capture in captures]
