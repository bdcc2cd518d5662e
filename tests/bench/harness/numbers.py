"""The numbers that Broadsheet holds itself to. Each measurement belongs to one of them or to none."""

from typing import NamedTuple


class Number(NamedTuple):
    """A number: its name, and what is measured."""

    name: str
    what: str


NUMBERS = {
    1: Number(
        "Parsing a page",
        "A trending page of 50 papers, read through BeautifulSoup, attributes in any order and quotes.",
    ),
    2: Number("Parsing cards", "The same page without its JSON: the cards alone."),
    3: Number(
        "A poll, whatever the history",
        "Open the warehouse, parse one page, load it, compare it with the one before, close.",
    ),
    4: Number("Bytes written per poll", "What one poll hands to the disk."),
    5: Number(
        "Comparing a snapshot",
        "What changed since the snapshot before, with ten years of polls every quarter of an hour behind it.",
    ),
    6: Number("Bytes per observation", "The size of the whole warehouse by the observations in it."),
    7: Number("Backfill", "Papers, half of them known, from captures of long ago."),
    8: Number("Composing digests", "Finished MIME mails, personal to each subscriber."),
    9: Number("Matching topics", "Which of the papers each subscriber is told of."),
    10: Number("Sending", "A frozen run into postfix's smtp-sink, ledger and journal on."),
    11: Number("Search", "The ten best papers for some words, in the same file as everything else."),
    12: Number("Cold start", "How long a command, a query and a DAG file take from nothing."),
    13: Number("The demo", "Fourteen days through the real DAGs: `make demo` after `make install`."),
    14: Number(
        "Killed anywhere",
        "Senders, loaders and publishers killed with SIGKILL at random, and what was lost or doubled.",
    ),
}
