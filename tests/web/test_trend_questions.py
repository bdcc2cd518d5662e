"""What the trends are made of, against plain Python, on made-up histories: papers on several lists, votes that fall,
come back or are unknown, stays that go back beyond the month.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.warehouse.rows import insert, to_db
from broadsheet.warehouse.store import migrate
from broadsheet.web.questions import ask

FIRST = datetime(2026, 10, 30, 18, tzinfo=UTC)
BEFORE, BEGIN, END = (datetime(2026, month, 1, tzinfo=UTC) for month in (10, 11, 12))
MONTH = {"begin": BEGIN, "end": END}
EVERYWHERE = {"kind": None, "key": None}
LISTS = (("trending", ""), ("daily", "2026-10-30"), ("daily", "2026-11-02"))

ABOUT = {
    "p1": {"organization": "Acme", "authors": ["Ada", "Bo"], "ai_keywords": ["Vision", "vision ", "robots"]},
    "p2": {"organization": "Acme", "authors": ["Ada"], "ai_keywords": ["vision"]},
    "p3": {"organization": None, "authors": ["Cy", "Cy"], "ai_keywords": None},
    "p4": {"organization": "Borg", "authors": None, "ai_keywords": ["", "robots"]},
}


class Sight(msgspec.Struct, frozen=True, order=True):
    """One paper on one snapshot."""

    at: datetime
    snapshot: int
    list: tuple[str, str]
    paper: str
    rank: int
    votes: int | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One arrival or departure."""

    at: datetime
    snapshot: int
    list: tuple[str, str]
    paper: str
    change: str
    rank: int | None = None
    previous_rank: int | None = None


@st.composite
def histories(draw: st.DrawFn) -> list[Sight]:
    """Looks at the lists every nine hours or so, over two weeks around the turn of the month."""
    sights: list[Sight] = []
    at = FIRST
    for number in range(draw(st.integers(1, 5)) * 4):
        at += timedelta(hours=draw(st.integers(1, 30)))
        board = draw(st.permutations(sorted(ABOUT)))[: draw(st.integers(1, 4))]
        votes = [draw(st.none() | st.integers(0, 9) | st.integers(0, 30)) for _ in board]
        name = draw(st.sampled_from((*LISTS, LISTS[0], LISTS[0])))
        sights += [
            Sight(at, number + 1, name, paper, rank, count)
            for rank, (paper, count) in enumerate(zip(board, votes, strict=True), 1)
        ]
    return sights


def boards(sights: list[Sight]) -> dict[tuple[str, str], list[list[Sight]]]:
    """Each list's snapshots in order of time."""
    found = defaultdict(list)
    for board in by_snapshot(sights):
        rows = list(board)
        found[rows[0].list].append(rows)
    return found


def changes(sights: list[Sight]) -> list[Change]:
    """Arrivals and departures between the snapshots of each list."""
    found = []
    for name, snapshots in boards(sights).items():
        seen = {sight.paper for sight in snapshots[0]}
        for old, new in pairwise(snapshots):
            was, now = ({sight.paper: sight.rank for sight in board} for board in (old, new))
            common = {"at": new[0].at, "snapshot": new[0].snapshot, "list": name}
            for paper in sorted(now.keys() - was.keys()):
                kind = "returned" if paper in seen else "entered"
                found.append(Change(**common, paper=paper, change=kind, rank=now[paper]))
            for paper in sorted(was.keys() - now.keys()):
                found.append(Change(**common, paper=paper, change="left", previous_rank=was[paper]))
            seen |= now.keys()
    return sorted(found, key=lambda change: change.at)


@pytest.fixture(scope="module")
def empty():
    connection = duckdb.connect()
    migrate(connection, Path(":memory:"))
    for number, (paper, about) in enumerate(ABOUT.items()):
        revision = {"revision_id": number, "paper_id": paper, "title": f"On {paper}", "details": "{}"}
        insert(connection, "revisions", [revision | about])
    yield connection
    connection.close()


def fill(con: duckdb.DuckDBPyConnection, sights: list[Sight]) -> None:
    """Make these the whole history."""
    for table in ("snapshots", "observations", "showings", "changes"):
        con.execute(f"DELETE FROM open_{table}")
    insert(con, "snapshots", [_snapshot(list(board)) for board in by_snapshot(sights)])
    insert(
        con,
        "observations",
        [
            {"snapshot_id": s.snapshot, "paper_id": s.paper, "rank": s.rank, "upvotes": s.votes}
            for s in sights
        ],
    )
    first = {sight.paper: sight for sight in sorted(sights, reverse=True)}
    insert(con, "showings", [_showing(sight) for sight in first.values()])
    stream = [
        {
            "seq": number,
            "snapshot_id": change.snapshot,
            "previous_snapshot_id": 0,
            "list_kind": change.list[0],
            "list_key": change.list[1],
            "captured_at": to_db(change.at),
            "paper_id": change.paper,
            "change": change.change,
            "rank": change.rank,
            "previous_rank": change.previous_rank,
        }
        for number, change in enumerate(changes(sights), 1)
    ]
    insert(con, "changes", stream)


def _snapshot(board: list[Sight]) -> dict[str, object]:
    first = board[0]
    return {
        "snapshot_id": first.snapshot,
        "list_kind": first.list[0],
        "list_key": first.list[1],
        "captured_at": to_db(first.at),
        "entries": len(board),
        "truncated": False,
        "parser": "api",
    }


def _showing(sight: Sight) -> dict[str, object]:
    """A list tells of a paper what there is to tell."""
    return {
        "snapshot_id": sight.snapshot,
        "list_kind": sight.list[0],
        "list_key": sight.list[1],
        "captured_at": to_db(sight.at),
        "paper_id": sight.paper,
        "revision_id": list(ABOUT).index(sight.paper),
    }


def by_snapshot(sights: list[Sight]) -> Iterator[Iterator[Sight]]:
    return (board for _, board in groupby(sights, key=lambda sight: sight.snapshot))


def gained(sights: list[Sight], begin: datetime, end: datetime) -> dict[str, dict[date, int]]:
    """Votes gained by paper and day: each time a paper exceeds all that it was seen with before in the time."""
    found: dict[str, dict[date, int]] = {}
    most: dict[str, int] = {}
    for sight in sorted(sights):
        if begin <= sight.at < end:
            days = found.setdefault(sight.paper, defaultdict(int))
            days[sight.at.date()] += 0
            if sight.votes is not None:
                days[sight.at.date()] += max(0, sight.votes - most.get(sight.paper, sight.votes))
                most[sight.paper] = max(sight.votes, most.get(sight.paper, sight.votes))
    return found


def labels(paper: str) -> set[tuple[str, str]]:
    about = ABOUT[paper]
    named = {("all", ""), ("paper", paper)}
    if about["organization"]:
        named.add(("organization", about["organization"]))
    named |= {("author", name) for name in about["authors"] or ()}
    return named | {("keyword", k.strip().lower()) for k in about["ai_keywords"] or () if k.strip()}


def summed(sights: list[Sight], begin: datetime, end: datetime) -> dict[tuple[str, str], dict]:
    found: dict[tuple[str, str], dict] = {}
    for paper, days in gained(sights, begin, end).items():
        for label in labels(paper):
            row = found.setdefault(label, {"votes": 0, "papers": set(), "days": defaultdict(int)})
            row["papers"].add(paper)
            row["votes"] += sum(days.values())
            for day, count in days.items():
                row["days"][day] += count
    return found


def within(sights: list[Sight], scope: dict[str, str | None]) -> list[Sight]:
    return [s for s in sights if scope["kind"] in {None, s.list[0]} and scope["key"] in {None, s.list[1]}]


scopes = st.sampled_from(
    [EVERYWHERE, {"kind": "trending", "key": ""}, {"kind": "daily", "key": None}]
    + [{"kind": kind, "key": key} for kind, key in LISTS[1:]]
)


@settings(max_examples=30, deadline=None)
@given(sights=histories(), scope=scopes)
def test_each_papers_votes_count_once_and_only_above_what_it_had(empty, sights, scope):
    fill(empty, sights)
    rows = ask(empty, "trends/gains", **MONTH, **scope, before=BEFORE, most=100)
    shown = within(sights, scope)
    now, then = summed(shown, BEGIN, END), summed(shown, BEFORE, BEGIN)
    first_seen = {}
    for sight in sorted(sights, reverse=True):
        first_seen[sight.paper] = sight.at
    assert {(row["subject"], row["label"]) for row in rows} == now.keys()
    for row in rows:
        label = (row["subject"], row["label"])
        assert row["votes"] == now[label]["votes"]
        assert row["papers"] == len(now[label]["papers"])
        assert row["newcomers"] == sum(first_seen[paper] >= BEGIN for paper in now[label]["papers"])
        assert row["votes_before"] == (then[label]["votes"] if label in then else None)
        assert {each["day"]: each["gained"] for each in row["days"]} == now[label]["days"]
    for subject, group in groupby(rows, key=lambda row: row["subject"]):
        ordered = list(group)
        assert [row["place"] for row in ordered] == list(range(1, len(ordered) + 1)), subject
        keys = [(-row["votes"], -row["papers"], row["label"]) for row in ordered]
        assert keys == sorted(keys)


def test_a_paper_on_two_lists_has_its_votes_once(empty):
    at = BEGIN + timedelta(hours=9)
    later = at + timedelta(days=1)
    fill(
        empty,
        [
            Sight(at, 1, LISTS[0], "p1", 1, 10),
            Sight(at + timedelta(minutes=1), 2, LISTS[2], "p1", 1, 10),
            Sight(later, 3, LISTS[0], "p1", 1, 25),
            Sight(later + timedelta(minutes=1), 4, LISTS[2], "p1", 1, 25),
        ],
    )
    rows = ask(empty, "trends/gains", **MONTH, **EVERYWHERE, before=BEFORE, most=100)
    assert {(row["subject"], row["label"]): row["votes"] for row in rows} == {
        ("all", ""): 15,
        ("author", "Ada"): 15,
        ("author", "Bo"): 15,
        ("keyword", "robots"): 15,
        ("keyword", "vision"): 15,
        ("organization", "Acme"): 15,
        ("paper", "p1"): 15,
    }


@settings(max_examples=30, deadline=None)
@given(sights=histories(), scope=scopes)
def test_a_climb_is_the_farthest_way_up_within_one_stay(empty, sights, scope):
    fill(empty, sights)
    best: dict[str, int] = {}
    for snapshots in boards([s for s in within(sights, scope) if BEGIN <= s.at < END]).values():
        ranks = [{sight.paper: sight.rank for sight in board} for board in snapshots]
        for early in range(len(ranks)):
            for late in range(early + 1, len(ranks)):
                for paper in set.intersection(*(set(each) for each in ranks[early : late + 1])):
                    way = ranks[early][paper] - ranks[late][paper]
                    best[paper] = max(way, best.get(paper, 0))
    rows = ask(empty, "trends/climbs", **MONTH, **scope, most=100)
    assert {row["paper_id"]: row["climbed"] for row in rows} == {p: way for p, way in best.items() if way}
    assert all(row["lowest"] - row["rank"] == row["climbed"] for row in rows)
    assert [row["climbed"] for row in rows] == sorted((row["climbed"] for row in rows), reverse=True)


@settings(max_examples=30, deadline=None)
@given(sights=histories(), scope=scopes)
def test_a_run_is_an_unbroken_stay_also_where_it_began_before_the_month(empty, sights, scope):
    fill(empty, sights)
    expected = set()
    for name, snapshots in boards([s for s in within(sights, scope) if s.at < END]).items():
        for paper in ABOUT:
            marks = [(board[0].at, any(s.paper == paper for s in board)) for board in snapshots]
            for there, stay in groupby(marks, key=lambda mark: mark[1]):
                times = [at for at, _ in stay]
                if there and times[-1] >= BEGIN and times[-1] > times[0]:
                    expected.add((name, paper, times[0], times[-1]))
    rows = ask(empty, "trends/runs", **MONTH, **scope, most=100)
    found = [((r["list_kind"], r["list_key"]), r["paper_id"], r["began_at"], r["lasted_to"]) for r in rows]
    assert len(found) == len(set(found))
    assert set(found) == expected
    lengths = [end - begin for _, _, begin, end in found]
    assert lengths == sorted(lengths, reverse=True)


@settings(max_examples=30, deadline=None)
@given(sights=histories(), scope=scopes)
def test_moves_and_come_backs_are_those_of_the_stream(empty, sights, scope):
    fill(empty, sights)
    shown = within(sights, scope)
    stream = changes(shown)
    looks = {sight.snapshot: sight.at.date() for sight in shown if BEGIN <= sight.at < END}
    moves = ask(empty, "trends/moves", **MONTH, **scope)
    assert [row["day"] for row in moves] == sorted(set(looks.values()))
    for row in moves:
        on_day = [change.change for change in stream if change.at.date() == row["day"]]
        assert row["snapshots"] == list(looks.values()).count(row["day"])
        counts = (row["entered"], row["returned"], row["departed"])
        assert counts == tuple(map(on_day.count, ("entered", "returned", "left")))
    back = [
        (change.list, change.paper, change.at, max(gone.at for gone in stream if left(gone, change)))
        for change in stream
        if change.change == "returned" and BEGIN <= change.at < END
    ]
    rows = ask(empty, "trends/comebacks", **MONTH, **scope, most=100)
    found = [((r["list_kind"], r["list_key"]), r["paper_id"], r["captured_at"], r["left_at"]) for r in rows]
    assert sorted(found) == sorted(back)
    absences = [came - went for _, _, came, went in found]
    assert absences == sorted(absences, reverse=True)


def left(gone: Change, back: Change) -> bool:
    """Whether it is a departure of the paper that came back, before it did."""
    return gone.change == "left" and (gone.list, gone.paper) == (back.list, back.paper) and gone.at < back.at
