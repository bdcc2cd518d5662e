"""Lists at a time, and what happened to them."""

import json

import pytest

BOARD = {
    "rank", "paper_id", "title", "upvotes", "num_comments", "github_stars", "captured_at", "snapshot_id",
}  # fmt: skip
CHANGE = {
    "seq", "captured_at", "snapshot_id", "previous_snapshot_id", "paper_id", "title", "change", "rank",
    "previous_rank", "upvotes", "previous_upvotes", "fields",
}  # fmt: skip


def rows(result):
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_a_list_has_exactly_these_keys_in_order_of_rank(three_days):
    found = rows(three_days("list", "trending", "--json"))
    assert all(set(row) == BOARD for row in found)
    assert [row["rank"] for row in found] == list(range(1, 51))
    assert {row["captured_at"][:10] for row in found} == {"2026-11-05"}


def test_a_list_can_be_had_as_it_stood(three_days):
    for as_of, day in [
        ("2026-11-04", "04"),
        ("2026-11-04T08:00", "03"),
        ("20h", "04"),
        ("2026-11-03T09:30Z", "03"),
    ]:
        found = rows(three_days("list", "trending", "--as-of", as_of, "--json"))
        assert {row["captured_at"][:10] for row in found} == {f"2026-11-{day}"}


def test_a_list_before_anything_was_known_of_it(three_days):
    result = three_days("list", "trending", "--as-of", "2026-11-02")
    assert result.code == 2
    assert "nothing is known of trending by 2026-11-02" in result.err


def test_a_bare_kind_is_the_newest_known(three_days):
    assert three_days("list", "daily").code == 2
    three_days("poll", "daily:2026-11-03", "daily:2026-11-04")
    result = three_days("list", "daily")
    assert result.code == 0
    assert "daily:2026-11-04" in result.err


def test_a_bare_kind_as_of_a_moment_is_the_newest_known_then(three_days, at):
    three_days("poll", "daily:2026-11-03")
    at("2026-11-05T11:00Z")
    three_days("poll", "daily:2026-11-04")
    assert "daily:2026-11-03" in three_days("list", "daily", "--as-of", "2026-11-05T10:30").err
    assert "daily:2026-11-04" in three_days("list", "daily", "--as-of", "2026-11-05T11:30").err
    assert (
        "no daily list is known by 2026-11-04 23:59"
        in three_days("list", "daily", "--as-of", "2026-11-04").err
    )


def test_changes_of_a_list_that_nobody_knows_are_not_none(three_days):
    result = three_days("changes", "weekly:2020-W01")
    assert result.code == 2
    assert "nothing is known of weekly:2020-W01 yet" in result.err
    assert three_days("changes", "trending", "--since", "2026-11-05T09:30").code == 0


def test_changes_want_their_moments_in_order(three_days):
    result = three_days("changes", "trending", "--since", "2026-11-05", "--until", "2026-11-03")
    assert result.code == 2
    assert "--since wants a moment before" in result.err


def test_a_list_is_a_table(three_days):
    lines = three_days("list", "trending").out.splitlines()
    assert lines[0].split() == ["Rank", "Votes", "Comments", "Stars", "Paper", "Title"]
    assert len(lines) == 52


def test_changes_have_exactly_these_keys_and_grow_in_seq(three_days):
    found = rows(three_days("changes", "trending", "--json"))
    assert all(set(row) == CHANGE for row in found)
    assert [row["seq"] for row in found] == sorted({row["seq"] for row in found})
    assert {row["captured_at"][:10] for row in found} == {"2026-11-04", "2026-11-05"}


def test_changes_since_and_until(three_days):
    since = rows(three_days("changes", "trending", "--since", "2026-11-05", "--json"))
    until = rows(three_days("changes", "trending", "--until", "2026-11-04", "--json"))
    everything = rows(three_days("changes", "trending", "--json"))
    assert until + since == everything
    assert since
    assert until


def test_between_two_moments_compares_the_two_boards(three_days):
    found = rows(three_days("changes", "trending", "--between", "2026-11-03", "2026-11-05", "--json"))
    before = {
        row["paper_id"] for row in rows(three_days("list", "trending", "--as-of", "2026-11-03", "--json"))
    }
    after = {row["paper_id"] for row in rows(three_days("list", "trending", "--json"))}
    entered = {row["paper_id"] for row in found if row["change"] in {"entered", "returned"}}
    left = {row["paper_id"] for row in found if row["change"] == "left"}
    assert (entered, left) == (after - before, before - after)
    assert all(set(row) == CHANGE - {"seq"} for row in found)


def test_nothing_changed_is_said(three_days):
    result = three_days("changes", "trending", "--since", "2026-11-05T09:30")
    assert (result.code, result.out) == (0, "nothing changed on trending\n")
    assert rows(three_days("changes", "trending", "--since", "2026-11-05T09:30", "--json")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "trendy"],
        ["list", "trending", "--as-of", "soon"],
        ["changes", "trending", "--since", "soon"],
        ["changes", "trending", "--between", "2026-11-05", "2026-11-03"],
        ["changes", "trending", "--between", "2026-11-03", "2026-11-05", "--since", "2026-11-03"],
        ["changes", "trending", "--between", "2026-11-01", "2026-11-05"],
        ["changes", "trending", "--between", "2026-11-03"],
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(arguments, three_days):
    assert three_days(*arguments).code == 2


@pytest.mark.parametrize(
    "arguments", [["list", "trending"], ["changes", "trending"], ["status"], ["paper", "2611.00001"]]
)
def test_before_anything_is_published_it_says_what_to_do(arguments, broadsheet):
    result = broadsheet(*arguments)
    assert result.code == 1
    assert "broadsheet poll trending" in result.err
