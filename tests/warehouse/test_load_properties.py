"""Random histories: the changes equal a full recompute, and the order of arrival does not matter."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import Capture
from broadsheet.warehouse.indexing import index_anew
from broadsheet.warehouse.load import Arrival, load
from warehouse.histories import captures, contents, loaded, slow

pytestmark = pytest.mark.long

ORACLE = (Path(__file__).parent / "oracle.sql").read_text(encoding="utf-8")


@slow
@given(captures())
def test_changes_equal_a_full_recompute(history: list[Capture]) -> None:
    con = loaded([[capture] for capture in history])
    stored = con.execute("SELECT * EXCLUDE (seq) FROM changes ORDER BY ALL").fetchall()
    assert stored == con.execute(ORACLE).fetchall()


@slow
@given(captures(), st.data())
def test_the_order_of_arrival_does_not_matter(history: list[Capture], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(history))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(history)), max_size=4)))
    batches = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(history)], strict=True)]
    late = loaded(batches)
    assert contents(late) == contents(loaded([history]))
    numbers = [row[0] for row in late.execute("SELECT seq FROM changes").fetchall()]
    assert len(numbers) == len(set(numbers))
    assert max(numbers, default=0) < late.execute("SELECT next_seq FROM warehouse_info").fetchall()[0][0]


@slow
@given(captures(), st.randoms())
def test_what_is_searched_is_what_is_known_now(history: list[Capture], random: Random) -> None:
    random.shuffle(history)
    con = loaded([[capture] for capture in history])
    columns = "paper_id, title, organization, published_at, first_seen_at"
    known, indexed = (
        con.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
        for table in ("papers", "search_documents")
    )
    assert indexed == known
    before = contents(con)
    index_anew(con)
    assert contents(con) == before


@slow
@given(captures())
def test_loading_twice_changes_nothing(history: list[Capture]) -> None:
    con = loaded([history])
    before = contents(con), con.execute("SELECT seq FROM changes ORDER BY ALL").fetchall()
    assert load(con, [Arrival(capture=capture) for capture in history]) == []
    assert (contents(con), con.execute("SELECT seq FROM changes ORDER BY ALL").fetchall()) == before
