"""What a reader asks for means the same to the stream, to the pages and to the warehouse."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import UsageError
from broadsheet.model import ChangeKind, ListKind
from broadsheet.settings import Settings
from broadsheet.web import selection as selecting
from broadsheet.web.published import Published
from broadsheet.web.scope import Scope, asked_scope
from broadsheet.web.selection import NO_END, Selection, asked_selection, changes_before, changes_behind

scopes = st.sampled_from(
    [Scope(), Scope(ListKind.TRENDING, ""), Scope(ListKind.DAILY), Scope(ListKind.DAILY, "2026-11-04")]
)


@pytest.fixture(scope="module")
def connection(polled_site_home):
    with Published(Settings(home=str(polled_site_home))).reading() as reading:
        yield reading.con


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_stream_takes_what_the_warehouse_selects(connection, data):
    every = changes_behind(connection, 0, most=10_000)
    papers = st.none() | st.sampled_from([row["paper_id"] for row in every])
    selection = data.draw(
        st.builds(
            Selection,
            scope=scopes,
            kinds=st.lists(st.sampled_from(ChangeKind), max_size=3, unique=True).map(tuple),
            paper_id=papers,
        )
    )
    taken = [row for row in every if selection.takes(row)]
    assert changes_behind(connection, 0, selection, most=10_000) == taken
    assert changes_before(connection, NO_END, selection, most=10_000) == taken[::-1]
    asked = parse_qs(selection.query())
    again = asked_selection(
        asked_scope("".join(asked.get("list", []))),
        tuple(map(ChangeKind, asked.get("change", []))),
        "".join(asked.get("paper", [])),
    )
    assert again == selection


@given(after=st.integers(0, 700), most=st.integers(1, 50))
@settings(max_examples=30, deadline=None)
def test_a_stretch_begins_right_behind_its_number(connection, after, most):
    every = [row["seq"] for row in changes_behind(connection, 0, most=10_000)]
    behind = [row["seq"] for row in changes_behind(connection, after, most=most)]
    before = [row["seq"] for row in changes_before(connection, after, most=most)]
    assert behind == [seq for seq in every if seq > after][:most]
    assert before == [seq for seq in reversed(every) if seq < after][:most]


@pytest.mark.parametrize("name", ["nonsense", "daily:yesterday", "search:"])
def test_what_is_no_list_is_refused(name):
    with pytest.raises(UsageError):
        asked_scope(name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", "All lists"),
        ("trending", "Trending papers"),
        ("daily", "Daily papers"),
        ("daily:2026-11-20", "Daily papers of 20 Nov 2026"),
    ],
)
def test_a_scope_has_a_name_and_is_asked_for_by_what_it_writes(name, shown):
    scope = asked_scope(name)
    assert scope.name == shown
    assert str(scope) == name


@pytest.mark.parametrize("stretch", [1, 60])
@pytest.mark.parametrize("asked", [Selection(), Selection(kinds=(ChangeKind.LEFT,))])
def test_the_last_changes_are_found_wherever_they_stand(connection, monkeypatch, stretch, asked):
    taken = [row for row in changes_behind(connection, 0, most=10_000) if asked.takes(row)]
    monkeypatch.setattr(selecting, "A_STRETCH", stretch)
    assert changes_before(connection, NO_END, asked, most=30) == taken[:-31:-1]
    assert (
        changes_before(connection, 300, asked, most=30) == [row for row in taken if row["seq"] < 300][:-31:-1]
    )
