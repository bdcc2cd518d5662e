"""`broadsheet search`: papers that hold some words, the best first."""

from typing import Annotated, Any

from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.output import Column, emit_json, emit_rows, plain, say
from broadsheet.settings import load_settings

COLUMNS = (
    Column("rank", "Rank", number=True),
    Column("paper_id", "Paper"),
    Column("title", "Title"),
    Column("score", "Score", number=True),
    Column("why", "Why"),
)
ORDER = (
    "The order is BM25's: rare words weigh more than common ones, a word in the title three times and in an AI "
    "keyword twice as much as in the abstract, and in long texts less; among equals the newest is first."
)


def search(
    text: Annotated[
        str,
        Argument(
            help='Words, "phrases", robot*, -unwanted, author:, org:, keyword:, list:, since:, until:. '
            "Before a text that begins with -, write -- alone.",
            metavar="TEXT",
        ),
    ],
    limit: Annotated[int, Option(min=1, max=1000, help="The most papers to print.")] = 20,
    as_json: AsJson = False,
    explain: Annotated[
        bool, Option("--explain", help="Tell how the text was understood and the order came about.")
    ] = False,
) -> None:
    """Look for papers: all words must be in title, abstract, AI summary or AI keywords.

    An example: broadsheet search '"world model" robot* -medical author:"Fei-Fei Li" since:2026-11'. The same in SQL:
    FROM search_papers('…'). docs/search.md tells the language and the order.

    JSON: {total, hits: an array of {rank, paper_id, title, score, matched, organization, published_at, first_seen_at,
    last_seen_at, upvotes, lists}, items: how each part was understood, explanation: the same in sentences}.
    """
    from broadsheet.warehouse.search import search as search_warehouse
    from broadsheet.warehouse.store import open_published

    with open_published(load_settings()) as connection:
        found = search_warehouse(connection, text, limit=limit)
    if as_json:
        emit_json(found)
        return
    told = [*found.explanation, *([ORDER] if explain else [])]
    if told and (explain or not found.hits or any(item.ignored for item in found.items)):
        say("\n".join(told))
    rows: list[dict[str, Any]] = [
        plain(hit) | {"score": round(hit.score, 2), "why": "; ".join(hit.matched)} for hit in found.hits
    ]
    emit_rows(rows, COLUMNS, as_json=False, empty="no papers found")
    if found.total > len(found.hits):
        say(f"the best {len(found.hits)} of {found.total:,} papers")
