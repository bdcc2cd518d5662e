"""`broadsheet paper`: everything known of one paper."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from textwrap import fill
from typing import Annotated, Any

from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Argument
from broadsheet.commands.output import Column, emit, emit_json, list_name, shown, table
from broadsheet.settings import load_settings

FACTS = (
    ("authors", "Authors"),
    ("organization", "Organisation"),
    ("published_at", "Published"),
    ("submitted_at", "Listed"),
    ("submitted_by", "Submitted by"),
    ("github_url", "Code"),
    ("project_url", "Project"),
    ("ai_keywords", "Keywords"),
    ("first_seen_at", "First seen"),
    ("last_seen_at", "Last seen"),
    ("ai_summary", "AI summary"),
    ("abstract", "Abstract"),
)
EVENTS = (
    Column("captured_at", "When (UTC)"),
    Column("list", "List"),
    Column("event", "Event"),
    Column("rank", "Rank", number=True),
    Column("previous_rank", "Was", number=True),
    Column("upvotes", "Votes", number=True),
    Column("fields", "Fields"),
)
NEWEST_EVENTS = 25
DRAWN_DAYS = 90
TEXT_WIDTH = 100


def paper(
    paper_id: Annotated[str, Argument(help="An arXiv id, or title:… for a paper without one.", metavar="ID")],
    as_json: AsJson = False,
) -> None:
    """Print everything known of one paper: its texts, its places drawn, its events.

    JSON: the columns of the view papers, and the arrays history (rows of the view rank_history), timeline (of
    paper_timeline) and revisions (the texts in the order in which they were first shown).
    """
    from broadsheet.warehouse.reading import paper as read_paper
    from broadsheet.warehouse.store import open_published

    with open_published(load_settings()) as connection:
        found = read_paper(connection, paper_id)
    if as_json:
        emit_json(found)
        return
    emit(_facts(found) + _lines(found["history"]) + _events(found["timeline"]))


def _facts(found: dict[str, Any]) -> str:
    width = max(len(name) for _, name in FACTS)
    known = [(name, shown(found[key])) for key, name in FACTS if found[key]]
    facts = [
        fill(text, TEXT_WIDTH, initial_indent=f"  {name:<{width}}  ", subsequent_indent=" " * (width + 4))
        for name, text in known
    ]
    return "\n".join([f"{found['paper_id']}  {shown(found['title'])}", *facts, "\n"])


def _lines(history: Sequence[dict[str, Any]]) -> str:
    """A line a list: its ranks day by day, drawn and in words."""
    from broadsheet.digest.sparkline import in_words, sparkline

    ranks: dict[str, dict[date, int | None]] = defaultdict(dict)
    votes: dict[str, list[int]] = defaultdict(list)
    for place in history:
        name = str(list_name(place))
        ranks[name][place["captured_at"].date()] = place["rank"]
        if place["upvotes"] is not None:
            votes[name].append(place["upvotes"])
    lines = []
    for name, by_day in ranks.items():
        days = _day_by_day(by_day)
        drawn = f"{sparkline(days)}  {in_words(days)}" if sparkline(days) else f"rank {shown(days[-1])}"
        count = f", votes {votes[name][0]} to {votes[name][-1]}" if votes[name] else ""
        lines.append(f"  {name}: {drawn}{count}\n")
    return "".join(lines) + "\n"


def _day_by_day(by_day: dict[date, int | None]) -> list[int | None]:
    first, last = min(by_day), max(by_day)
    first = max(first, last - timedelta(days=DRAWN_DAYS))
    return [by_day.get(first + timedelta(days=number)) for number in range((last - first).days + 1)]


def _events(timeline: Sequence[dict[str, Any]]) -> str:
    rows = [event | {"list": list_name(event)} for event in timeline[-NEWEST_EVENTS:]]
    older = len(timeline) - len(rows)
    note = f"and {older} events before: `--json` has them all\n" if older else ""
    return table(rows, EVENTS) + note
