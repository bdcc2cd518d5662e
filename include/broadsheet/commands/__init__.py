"""The commands of the command line: one module a group, loaded only when one of its commands is called.

This table is all that `broadsheet --help` needs.
"""

from typing import NamedTuple


class Command(NamedTuple):
    """Where a command lives and what it does in one line."""

    module: str
    function: str
    summary: str


COMMANDS = {
    "demo": Command("demo", "demo", "Run the whole pipeline over a made-up hub into a local inbox."),
    "up": Command("up", "up", "Run everything on this machine for real."),
    "poll": Command("fetching", "poll", "Fetch lists now and load what came."),
    "backfill": Command(
        "fetching", "backfill", "Fetch the daily, weekly or monthly lists of a range of dates."
    ),
    "import": Command("importing", "import_captures", "Load captures from files and folders."),
    "replay": Command(
        "replay", "replay", "Run the archive through today's parsers and report what would differ."
    ),
    "list": Command("looking", "show_list", "Print a list as it stands, or as it stood at a time."),
    "changes": Command("looking", "changes", "Print what changed on a list."),
    "paper": Command("paper", "paper", "Print everything known of one paper, its history drawn."),
    "sql": Command("sql", "sql", "Ask the published warehouse in SQL, read-only."),
    "export": Command("export", "export", "Write the warehouse's tables, or its papers, into a new folder."),
    "preview": Command("digests", "preview", "Print the digest mail as it would be now."),
    "send": Command("digests", "send", "Send the digest that is due."),
    "status": Command("status", "status", "Print how every source and the last digest stand."),
    "explain": Command("explain", "explain", "Tell why a capture or an edition is as it is."),
    "doctor": Command("doctor", "doctor", "Print the settings with their origin and check what they need."),
}
