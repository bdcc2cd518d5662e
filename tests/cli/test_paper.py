"""Everything known of one paper."""

import json

from broadsheet.digest.sparkline import BLOCKS


def first_paper(broadsheet):
    rows = json.loads(broadsheet("list", "trending", "--as-of", "2026-11-03", "--json").out)
    now = {row["paper_id"] for row in json.loads(broadsheet("list", "trending", "--json").out)}
    return next(row["paper_id"] for row in rows if row["paper_id"] in now)


def test_json_holds_the_view_and_its_history(three_days):
    found = json.loads(three_days("paper", first_paper(three_days), "--json").out)
    assert {"paper_id", "title", "abstract", "authors", "first_seen_at", "last_seen_at"} <= set(found)
    assert {"history", "timeline", "revisions"} <= set(found)
    assert [place["captured_at"][:10] for place in found["history"]] == [
        "2026-11-03",
        "2026-11-04",
        "2026-11-05",
    ]
    assert {"list_kind", "list_key", "captured_at", "rank", "upvotes"} <= set(found["history"][0])


def test_the_history_is_drawn_and_told(three_days):
    result = three_days("paper", first_paper(three_days))
    assert result.code == 0
    assert sum(character in BLOCKS for character in result.out) == 3
    assert "in 2 days" in result.out or "for 2 days" in result.out
    assert "first_listed" in result.out


def test_an_id_with_a_version_is_the_same_paper(three_days):
    name = first_paper(three_days)
    assert three_days("paper", f"{name}v2", "--json").out == three_days("paper", name, "--json").out


def test_an_unknown_paper_is_a_usage_error_that_tells_how_to_look(three_days):
    result = three_days("paper", "9901.00001")
    assert result.code == 2
    assert "broadsheet search" in result.err
