"""The world over time moves as the real hub was seen to move."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import mean

import pytest

from broadsheet.sample.items import list_item
from broadsheet.sample.papers import awkward_kind
from broadsheet.sample.world import BOARD_HOURS, FIRST_DAY, State, World
from broadsheet.sample.writing import load_words

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
MIDWEEK = datetime(2026, 11, 18, tzinfo=UTC)


def boards(world: World, days: int) -> list[list[str]]:
    """The trending board at each midnight."""
    return [board(world.at(MONDAY + timedelta(days=n))) for n in range(days)]


def board(state: State) -> list[str]:
    return [paper.id for paper in state.trending()]


def test_a_moment_is_always_the_same() -> None:
    one, other = World(3).at(MIDWEEK), World(3)
    other.at(MIDWEEK + timedelta(days=9)).trending()  # what was asked before does not matter
    again = other.at(MIDWEEK)
    assert [list_item(p, one) for p in one.trending()] == [list_item(p, again) for p in again.trending()]
    assert board(World(4).at(MIDWEEK)) != board(one)


def test_fifty_papers_of_which_about_five_change_a_day(world: World) -> None:
    history = boards(world, 43)
    assert all(len(set(papers)) == 50 for papers in history)
    entered = [len(set(after) - set(before)) for before, after in pairwise(history)]
    moved = [
        sum(before.index(paper) != after.index(paper) for paper in set(before) & set(after))
        for before, after in pairwise(history)
    ]
    assert mean(entered) == pytest.approx(5.1, abs=1)
    assert mean(moved) == pytest.approx(36, abs=5)


def test_papers_come_back_within_a_fortnight(world: World) -> None:
    seen: set[str] = set()
    returned = 0
    for before, after in pairwise(boards(world, 15)):
        seen |= set(before)
        returned += len((set(after) - set(before)) & seen)
    assert returned >= 3


def test_some_papers_stay_for_months(world: World) -> None:
    assert set(board(world.at(MONDAY))) & set(board(world.at(MONDAY + timedelta(days=94))))


def test_weekends_only_reorder(world: World) -> None:
    saturday = MONDAY + timedelta(days=5)
    steps = [board(world.at(saturday + timedelta(hours=n))) for n in range(0, 48, BOARD_HOURS)]
    assert len({frozenset(papers) for papers in steps}) == 1
    assert len({tuple(papers) for papers in steps}) > 1


def test_within_an_hour_nothing_moves(world: World) -> None:
    def shown(moment: datetime) -> list[object]:
        state = world.at(moment)
        return [list_item(paper, state) for paper in state.trending() + state.daily(moment.date())]

    assert shown(MIDWEEK.replace(hour=9)) == shown(MIDWEEK.replace(hour=9, minute=59, second=59))
    assert shown(MIDWEEK.replace(hour=9)) != shown(MIDWEEK.replace(hour=10))


def test_a_day_fills_from_a_handful(world: World) -> None:
    for day in (MONDAY.date() + timedelta(days=n) for n in range(0, 28, 7)):
        lengths = [len(world.at(datetime.combine(day, time(hour), UTC)).daily(day)) for hour in range(19)]
        assert 1 <= lengths[0] <= 5
        assert lengths == sorted(lengths)
        assert 15 <= lengths[-1] <= 30


def test_weekends_and_days_to_come_have_no_list(world: World) -> None:
    state = world.at(MIDWEEK)
    assert state.daily(date(2026, 11, 15)) == ()
    assert state.daily(date(2026, 11, 19)) == ()
    assert state.newest_day() == date(2026, 11, 18)
    assert state.newest_day(date(2026, 11, 15)) == date(2026, 11, 13)


def test_now_and_then_a_paper_is_taken_off_its_day(world: World) -> None:
    days = [MONDAY.date() + timedelta(days=n) for n in range(14)]
    evening = [set(world.at(datetime.combine(day, time(19), UTC)).daily(day)) for day in days]
    afterwards = [set(world.at(MONDAY + timedelta(days=20)).daily(day)) for day in days]
    gone = [before - after for before, after in zip(evening, afterwards, strict=True)]
    assert 1 <= sum(map(len, gone)) <= 4
    assert all(after <= before for before, after in zip(evening, afterwards, strict=True))


def test_lists_are_sorted_by_votes(world: World) -> None:
    state = world.at(MIDWEEK.replace(hour=12))
    for papers in (state.daily(MIDWEEK.date()), state.listed(date(2026, 11, 16), date(2026, 11, 23))):
        votes = [state.votes(paper) for paper in papers]
        assert votes == sorted(votes, reverse=True)


def test_votes_and_comments_grow_and_a_vote_may_be_taken_back(world: World) -> None:
    days = [world.at(MONDAY + timedelta(days=n)) for n in range(30)]
    papers = days[0].world.pool(days[0].moment)
    fallen = 0
    for paper in papers:
        votes = [state.votes(paper) for state in days]
        comments = [state.comments(paper) for state in days]
        assert comments == sorted(comments)
        falls = [before - after for before, after in pairwise(votes) if after < before]
        assert falls in ([], [1])
        fallen += len(falls)
        assert bool(falls) <= (paper.vote_withdrawn_at is not None)
    assert fallen > 0
    assert sum(days[-1].votes(p) for p in papers) > sum(days[0].votes(p) for p in papers)


@pytest.mark.parametrize("part", ["ai_summary", "githubRepo", "organization"])
def test_parts_arrive_late_on_some(world: World, part: str) -> None:
    early, late = world.at(MIDWEEK.replace(hour=18)), world.at(MIDWEEK + timedelta(days=5))
    arrived = [
        paper
        for paper in early.world.pool(early.moment)
        if part not in list_item(paper, early)["paper"] and part in list_item(paper, late)["paper"]
    ]
    assert arrived
    assert not [
        paper
        for paper in early.world.pool(early.moment)
        if part in list_item(paper, early)["paper"] and part not in list_item(paper, late)["paper"]
    ]


def test_a_title_is_revised_while_it_is_on_the_board(world: World) -> None:
    revised = 0
    for n in range(14):
        before, after = world.at(MONDAY + timedelta(days=n)), world.at(MONDAY + timedelta(days=n + 1))
        common = set(before.trending()) & set(after.trending())
        revised += sum(before.text(paper) != after.text(paper) for paper in common)
    assert revised >= 1


def test_awkward_papers_reach_the_board_one_a_day(world: World) -> None:
    awkward = {
        paper.id: awkward_kind(day, place)
        for day in (MONDAY.date() + timedelta(days=n) for n in range(28))
        for place, paper in enumerate(world.listed_on(day))
    }
    seen = [paper for n in range(28) for paper in board(world.at(MONDAY + timedelta(days=n, hours=18)))]
    kinds = {awkward[paper].kind for paper in seen if awkward.get(paper)}
    assert kinds == {kind.kind for kind in load_words().awkward}


def test_every_listed_paper_is_found_by_its_id(world: World) -> None:
    state = world.at(MIDWEEK)
    assert all(state.paper(paper.id) == paper for paper in state.world.pool(state.moment))


def test_a_paper_is_unknown_before_it_is_listed(world: World) -> None:
    paper = max(world.listed_on(MIDWEEK.date()), key=lambda paper: paper.listed_at)
    assert world.at(paper.listed_at - timedelta(hours=1)).paper(paper.id) is None
    assert world.at(paper.listed_at).paper(paper.id) == paper


def test_history_has_a_beginning(world: World) -> None:
    with pytest.raises(ValueError, match="begins on 2023-05-04"):
        world.at(datetime(2023, 5, 3, tzinfo=UTC))
    assert world.at(datetime.combine(FIRST_DAY, time(12), UTC)).daily(FIRST_DAY)
