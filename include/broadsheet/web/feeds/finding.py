"""The feed of a saved search: the papers that it finds, each told when it is first seen."""

from broadsheet.digest.text import clean
from broadsheet.warehouse.search import MOST_HITS, search
from broadsheet.web.feeds.asking import Part
from broadsheet.web.feeds.feed import Feed
from broadsheet.web.feeds.making import MOST_NAME, FeedMaker, Head
from broadsheet.web.feeds.papers import Papers
from broadsheet.web.wording import segment

MOST_DESCRIPTION = 1000


def search_feed(maker: FeedMaker, question: str, part: Part) -> Feed:
    """What a search finds, the one first seen last at the top. Of more than ``MOST_HITS`` papers it holds those that
    fit best.
    """
    con = maker.reading.con
    found = search(con, question, limit=MOST_HITS, words=maker.reading.words)
    hits = sorted(found.hits, key=lambda hit: (hit.first_seen_at, hit.paper_id), reverse=True)
    offset = part.number if part.before else 0
    shown = hits[offset : offset + part.limit]
    told = Papers(con).told(hit.paper_id for hit in shown)
    head = Head(
        ("search", question),
        f"Search: {clean(question, MOST_NAME)}",
        clean(" ".join(found.explanation), MOST_DESCRIPTION) or "Nothing is looked for.",
        f"/search?q={segment(question)}",
    )
    items = [maker.items.of_found(hit, told[hit.paper_id]) for hit in shown]
    following = str(offset + part.limit) if offset + part.limit < len(hits) else ""
    return maker.feed(head, items, following, maker.reading.published_at)
