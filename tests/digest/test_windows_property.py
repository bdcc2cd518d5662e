"""Each reader is told each paper as news exactly when it is news to them, over any history of boards and mails."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.digest.edition import Edition, SectionName
from broadsheet.digest.picking import Picked, Picker, editions
from broadsheet.digest.stock import Stock, Stocks
from digest.boards import Warehouse
from digest.histories import (
    HUB,
    START,
    History,
    Occasion,
    Reader,
    Told,
    histories,
    readers,
    source_of,
    time_of,
)

Tell = Callable[[int | None, Occasion], tuple[list[Stock], Picked]]


def said(edition: Edition) -> Told:
    papers = {name: frozenset(item.paper_id for item in edition.items(name)) for name in SectionName}
    return Told(
        list_id=str(edition.list_id),
        news=papers[SectionName.NEW] | papers[SectionName.BACK],
        back=papers[SectionName.BACK],
        stayed=papers[SectionName.RISING] | papers[SectionName.STILL_HERE],
        left=papers[SectionName.LEFT],
    )


def follow(history: History, source: str, reader: Reader, tell: Tell) -> None:
    """Go through a reader's occasions, and hold each edition against the oracle and against those before it."""
    told: int | None = None
    known: set[str] = set()
    for turn, occasion in enumerate(reader.occasions):
        stocks, picked = tell(told, occasion)
        shown = editions(stocks, picked)
        assert tuple(map(said, shown)) == history.expected(source, told, occasion.hour, occasion.wish)
        assert picked.empty == all(edition.quiet for edition in shown)
        if not shown or not occasion.arrives or (picked.empty and not reader.quiet_days):
            continue
        told = max(hours(edition) for edition in shown)
        if source != "daily" and len({each.wish for each in reader.occasions[: turn + 1]}) == 1:
            known = never_twice_and_none_missed(history, shown[0], occasion, known)


def never_twice_and_none_missed(
    history: History, edition: Edition, occasion: Occasion, known: set[str]
) -> set[str]:
    """What the reader knows of after this edition: the papers wanted on its board, no more, no less."""
    news = said(edition).news
    assert not news & known
    wanted = history.passing(history.board(str(edition.list_id), occasion.hour), occasion.wish)
    assert wanted == news | (known & wanted)
    return wanted


def hours(edition: Edition) -> int:
    return round((edition.as_of - START).total_seconds() / 3600)


@settings(max_examples=400, deadline=None)
@given(history=histories("trending"), crowd=st.lists(readers(), min_size=1, max_size=3))
def test_news_is_told_once_over_any_boards_and_mails(history: History, crowd: list[Reader]):
    def tell(told: int | None, occasion: Occasion) -> tuple[list[Stock], Picked]:
        stock = history.stock(told, occasion.hour)
        stocks = [stock] if stock else []
        return stocks, Picker(stocks).pick(range(len(stocks)), occasion.wish.as_wishes())

    for reader in crowd:
        follow(history, "trending", reader, tell)


@pytest.mark.parametrize("source", ["trending", "daily"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_same_holds_when_it_is_read_from_the_warehouse(source: str, data: st.DataObject):
    history = data.draw(histories(source))
    crowd = data.draw(st.lists(readers(), min_size=1, max_size=3))
    warehouse = Warehouse()
    history.fill(warehouse)
    runs: dict[int, tuple[Stocks, Picker]] = {}

    def tell(told: int | None, occasion: Occasion) -> tuple[list[Stock], Picked]:
        if occasion.hour not in runs:
            stocks = Stocks(warehouse.con, time_of(occasion.hour), HUB)
            runs[occasion.hour] = stocks, Picker(stocks.stocks)
        stocks, picker = runs[occasion.hour]
        which = stocks.of(source_of(source), None if told is None else time_of(told))
        return stocks.stocks, picker.pick(which, occasion.wish.as_wishes())

    for reader in crowd:
        follow(history, source, reader, tell)
    warehouse.con.close()
