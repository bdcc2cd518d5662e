"""Papers known by their title only become one with the paper that later bears the title."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb

from broadsheet.model import Capture, parse_list_id, title_key
from broadsheet.warehouse.load import Arrival, load

TEXT = """Get trending papers in your email inbox once a day!
Get trending papers in your email inbox!
SubscribeQuiet Networks for Loud Rooms
We describe networks that stay quiet. They were trained in loud rooms, over many days, and compared with others.
A Second Paper: On Seconds
Seconds are short. This abstract is longer than they are, so that nobody takes it for a title of a paper.
"""


def text(hour: int) -> Capture:
    return Capture(
        captured_at=datetime(2026, 11, 2, hour, tzinfo=UTC),
        url="https://huggingface.co/papers?q=rooms",
        status=200,
        headers=(("Content-Type", "text/plain"),),
        body=TEXT.encode(),
        asked=parse_list_id("search:rooms"),
    )


def with_ids(hours: float, item: Callable[..., dict[str, Any]], answer: Callable[..., Capture]) -> Capture:
    items = [item("2611.00001", title="Quiet networks for loud  rooms"), item("2611.00002", title="Another")]
    return answer(items, hours, "https://huggingface.co/api/daily_papers?date=2026-11-02")


def test_a_later_id_takes_over_the_history(
    con: duckdb.DuckDBPyConnection, api_item: Callable[..., Any], api_answer: Callable[..., Capture]
) -> None:
    load(con, [Arrival(capture=text(6))])
    assert con.execute("SELECT paper_id FROM papers WHERE title LIKE 'Quiet%'").fetchall() == [
        (title_key("Quiet Networks for Loud Rooms"),)
    ]
    load(con, [Arrival(capture=with_ids(5, api_item, api_answer))])
    history = con.execute(
        "SELECT list_kind, rank FROM rank_history WHERE paper_id = '2611.00001' ORDER BY captured_at"
    ).fetchall()
    assert history == [("search", 1), ("daily", 1)]
    abstract = con.execute("SELECT abstract FROM papers WHERE paper_id = '2611.00001'").fetchall()[0][0]
    assert abstract.startswith("We describe networks")
    assert con.execute("FROM aliases").fetchall() == [
        (title_key("quiet networks for loud rooms"), "2611.00001")
    ]


def test_a_known_title_is_recognised_at_once(
    con: duckdb.DuckDBPyConnection, api_item: Callable[..., Any], api_answer: Callable[..., Capture]
) -> None:
    load(con, [Arrival(capture=with_ids(0, api_item, api_answer))])
    load(con, [Arrival(capture=text(9))])
    found = con.execute(
        "SELECT paper_id FROM rank_history WHERE list_kind = 'search' ORDER BY rank"
    ).fetchall()
    assert found == [("2611.00001",), (title_key("A Second Paper: On Seconds"),)]


def test_the_list_sees_one_paper_not_a_leaver_and_a_newcomer(
    con: duckdb.DuckDBPyConnection, api_item: Callable[..., Any], api_answer: Callable[..., Capture]
) -> None:
    load(con, [Arrival(capture=text(6))])
    items = [api_item("2611.00001", title="Quiet Networks for Loud Rooms"), api_item("2611.00003")]
    url = "https://huggingface.co/api/papers/search?q=rooms"
    load(con, [Arrival(capture=api_answer(items, 5, url, asked=parse_list_id("search:rooms")))])
    found = con.execute("SELECT paper_id, change FROM changes ORDER BY seq").fetchall()
    assert found == [("2611.00003", "entered"), (title_key("A Second Paper: On Seconds"), "left")]


def test_a_text_beside_an_answer_with_ids_lacks_none_of_its_papers(
    con: duckdb.DuckDBPyConnection, api_item: Callable[..., Any], api_answer: Callable[..., Capture]
) -> None:
    titles = ("Quiet Networks for Loud Rooms", "A Second Paper: On Seconds")
    items = [api_item(f"2611.0000{n}", title=title) for n, title in enumerate(titles)]
    url = "https://huggingface.co/api/papers/search?q=rooms"
    answer = api_answer(items, 0, url, asked=parse_list_id("search:rooms"))
    load(con, [Arrival(capture=answer), Arrival(capture=text(6))])
    assert con.execute("SELECT note FROM quality WHERE note LIKE '%lacks%'").fetchall() == []
