"""Stocks of a made-up day, and what readers of all kinds pick from them."""

from msgspec.structs import replace

from broadsheet.digest.edition import Digest, SectionName, Window
from broadsheet.digest.picking import Picked, editions
from broadsheet.digest.stock import Standing, Stock, take_stock
from broadsheet.model import parse_list_id
from digest.made_up import HUB, LONGEST, UNTIL, day, first_window, paper


def stock_of(window: Window, source: str = "trending", *, late: bool = False) -> Stock:
    """All that can be told of a window; papers stood then as they stand now."""
    board = replace(window.board, list_id=parse_list_id(source))
    window = replace(window, source=source.partition(":")[0], board=board)
    return take_stock(
        window, _standings(window.board, window), _standings(window.baseline, window), HUB, late=late
    )


def stocks_of_a_day() -> list[Stock]:
    """Trending with all sections, a first look at a daily list, a weekly list of very long papers."""
    return [
        stock_of(day(50)),
        stock_of(first_window([paper(number) for number in range(20, 45)]), "daily:2026-11-20"),
        stock_of(first_window(LONGEST), "weekly:2026-W47"),
    ]


def everything(stock: Stock) -> tuple[int, ...]:
    """The places of all items in reading order."""
    return stock.order


def pick(stocks: list[Stock], chosen: dict[int, dict[int, str]]) -> Picked:
    """These places of these stocks, each with its reason, in reading order."""
    positions = [
        [place for place in stocks[number].order if place in places] for number, places in chosen.items()
    ]
    news = {
        stocks[number].items[place].section is not SectionName.STILL_HERE
        for number, places in zip(chosen, positions, strict=True)
        for place in places
    }
    return Picked(
        stocks=tuple(chosen),
        positions=tuple(map(tuple, positions)),
        why=tuple(
            tuple(chosen[number][place] for place in places)
            for number, places in zip(chosen, positions, strict=True)
        ),
        empty=True not in news,
    )


def digest_of_pick(stocks: list[Stock], picked: Picked, timezone: str) -> Digest:
    """The same as a digest, for the plain way of rendering."""
    return Digest(editions=editions(stocks, picked), until=UNTIL, timezone=timezone, hub_url=HUB)


def _standings(board, window):
    places = board.places if board else ()
    return {place.paper_id: Standing(window.papers[place.paper_id], place.upvotes) for place in places}
