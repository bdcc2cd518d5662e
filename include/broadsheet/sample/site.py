"""The made-up hub's addresses: which answer stands under which path, from a world at a moment."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from math import ceil
from urllib.parse import urlencode

import msgspec

from broadsheet.sample.answers import HTML, SOUND, Answer, Ask, Look, problem, redirect
from broadsheet.sample.items import Json, list_item, paper_object
from broadsheet.sample.pages import ListView, list_page, paper_page
from broadsheet.sample.papers import Paper
from broadsheet.sample.periods import PERIODS, Period
from broadsheet.sample.world import State, World

API_LIMIT = 50
API_MAX_LIMIT = 100
PERIOD_PAGE_LIMIT = 105
SEARCH_LIMIT = 120
CACHED_ANSWERS = 48


class Site:
    """A made-up world under the hub's addresses."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._cached = lru_cache(maxsize=CACHED_ANSWERS)(self._make)

    def answer(self, ask: Ask, moment: datetime, look: Look = SOUND) -> Answer:
        """The hub's answer at ``moment``; contents change on the hour only."""
        hour = self.world.at(moment - look.age).moment
        return self._cached(ask.path, tuple(ask.query.items()), ask.base, hour, look)

    def _make(
        self, path: str, query: tuple[tuple[str, str], ...], base: str, hour: datetime, look: Look
    ) -> Answer:
        made = _route(Ask(path, dict(query), base), self.world.at(hour), look)
        return msgspec.structs.replace(made, changed_at=hour) if made.status == 200 else made


def _route(ask: Ask, state: State, look: Look) -> Answer:  # noqa: PLR0911 - one return for each address
    match ask.path.removeprefix("/").split("/"):
        case ["papers"]:
            return _home(ask, state, look)
        case ["papers", "trending"]:
            return _html(_trending(state, look), look)
        case ["papers", "date" | "week" | "month" as parameter, key]:
            return _period_page(PERIODS[parameter], key, state, look)
        case ["papers", paper_id]:
            paper = state.paper(paper_id)
            return _not_found() if paper is None else Answer(content_type=HTML, body=paper_page(paper, state))
        case ["api", "daily_papers"]:
            return _api_list(ask, state, look)
        case ["api", "papers", "search"]:
            return _api_search(ask, state, look)
        case ["api", "papers", paper_id]:
            paper = state.paper(paper_id)
            return problem(404, "Paper not found") if paper is None else _api_paper(paper, state)
        case _:
            return _not_found()


def _not_found() -> Answer:
    return Answer(
        status=404, content_type=HTML, body=b"<!doctype html><title>404 - Hugging Face</title><h1>404</h1>"
    )


def _home(ask: Ask, state: State, look: Look) -> Answer:
    if "q" in ask.query:
        return _html(_search(ask.query["q"], state, look), look)
    return redirect(f"/papers/date/{ask.query.get('date') or state.newest_day()}")


def _html(view: ListView, look: Look) -> Answer:
    return Answer(content_type=HTML, body=list_page(view, look))


def _items(papers: tuple[Paper, ...], state: State, look: Look) -> tuple[Json, ...]:
    kept = papers[: ceil(len(papers) * look.share)] if look.listed else ()
    return tuple(list_item(paper, state) for paper in kept)


def _trending(state: State, look: Look) -> ListView:
    return ListView(
        path="/papers/trending",
        heading="Trending",
        items=_items(state.trending(), state, look),
        shown=state.moment.date(),
    )


def _search(query: str, state: State, look: Look) -> ListView:
    today = state.moment.date()
    return ListView(
        path="/papers",
        heading="Daily",
        items=_items(state.search(query)[:SEARCH_LIMIT], state, look),
        shown=today,
        label=PERIODS["date"].label(today),
        query=query,
        whole_abstracts=True,
    )


def _period_page(period: Period, key: str, state: State, look: Look) -> Answer:
    """A day, week or month; one without papers leads to the latest before it that has some."""
    try:
        first = period.first_day(key)
    except ValueError:
        return _not_found()
    papers = state.listed(first, period.end(first))
    if not papers:
        return redirect(f"/papers/{period.parameter}/{period.key(state.newest_day(first))}")
    view = ListView(
        path=f"/papers/{period.parameter}/{key}",
        heading="Daily",
        items=_items(papers[:PERIOD_PAGE_LIMIT], state, look),
        shown=first,
        period=period.word,
        key=key,
        label=period.label(first),
        previous_key=period.key(state.newest_day(first - timedelta(days=1))),
        next_key=_next_key(period, first, state),
        wordy=False,
    )
    return _html(view, look)


def _next_key(period: Period, first: date, state: State) -> str | None:
    """The span after this one that has papers; None when there is none yet."""
    newest, day = state.newest_day(), period.end(first)
    while day <= newest:
        if state.daily(day):
            return period.key(day)
        day += timedelta(days=1)
    return None


def _api_list(ask: Ask, state: State, look: Look) -> Answer:
    """``/api/daily_papers``: one span by votes, else all by arXiv day, else the trending board."""
    try:
        page, limit = _paging(ask)
        papers = _api_papers(ask, state)
    except ValueError as error:
        return problem(400, str(error))
    items = _items(papers[page * limit : (page + 1) * limit], state, look)
    if (page + 1) * limit >= len(papers):
        return Answer(body=msgspec.json.encode(items))
    following = urlencode(ask.query | {"limit": limit, "p": page + 1})
    return Answer(
        body=msgspec.json.encode(items),
        headers=(("Link", f'<{ask.base}{ask.path}?{following}>; rel="next"'),),
    )


def _api_papers(ask: Ask, state: State) -> tuple[Paper, ...]:
    for parameter, period in PERIODS.items():
        if parameter in ask.query:
            first = period.first_day(ask.query[parameter])
            return state.listed(first, period.end(first))
    match ask.query.get("sort", "publishedAt"):
        case "publishedAt":
            return state.newest()
        case "trending":
            return state.trending()
        case other:
            raise ValueError(f"sort: {other!r} is neither publishedAt nor trending")


def _api_search(ask: Ask, state: State, look: Look) -> Answer:
    try:
        _, limit = _paging(ask)
    except ValueError as error:
        return problem(400, str(error))
    if not ask.query.get("q"):
        return problem(400, "q: required")
    found = state.search(ask.query["q"])[:limit]
    return Answer(body=msgspec.json.encode(_items(found, state, look)))


def _api_paper(paper: Paper, state: State) -> Answer:
    nothing_linked = dict.fromkeys(("linkedModels", "linkedDatasets", "linkedSpaces"), ())
    totals = dict.fromkeys(("numTotalModels", "numTotalDatasets", "numTotalSpaces"), 0)
    return Answer(body=msgspec.json.encode(paper_object(paper, state) | nothing_linked | totals))


def _paging(ask: Ask) -> tuple[int, int]:
    """Page (from 0) and limit. Raises ValueError for what the hub refuses with 400."""
    page, limit = (int(ask.query.get(name, default)) for name, default in (("p", 0), ("limit", API_LIMIT)))
    if page < 0 or not 1 <= limit <= API_MAX_LIMIT:
        raise ValueError(f"p: at least 0, limit: 1 to {API_MAX_LIMIT}")
    return page, limit
