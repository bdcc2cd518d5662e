"""The commands of the command line: one module a group, loaded only when one of its commands is called.

This table is all that `broadsheet --help` needs.
"""

from typing import NamedTuple


class Command(NamedTuple):
    """Where a command lives and what it does in one line."""

    module: str
    function: str
    summary: str


class Group(NamedTuple):
    """Commands that belong together: `broadsheet subscribers add`."""

    summary: str
    commands: dict[str, Command]


SUBSCRIBERS = {
    "add": Command("subscribers", "add", "Subscribe somebody."),
    "list": Command("subscribers_shown", "show_all", "Print who is subscribed."),
    "show": Command("subscribers_shown", "show", "Print everything known of one subscriber."),
    "set": Command("subscribers", "change", "Change what a subscriber gets."),
    "remove": Command("subscribers", "remove", "Unsubscribe somebody."),
    "erase": Command("subscribers", "erase", "Forget somebody's address for good."),
    "import": Command("subscribers_csv", "import_file", "Subscribe everybody in a CSV file, or change them."),
    "export": Command("subscribers_csv", "export", "Write all subscribers as CSV."),
    "consent": Command("subscribers_shown", "consent", "Print who agreed to what, when and how."),
}

COMMANDS: dict[str, Command | Group] = {
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
    "subscribers": Group("Add, list, change, remove, import and export subscribers.", SUBSCRIBERS),
    "preview": Command("digests", "preview", "Print the digest mail as it would be now."),
    "send": Command("digests", "send", "Send the digest that is due."),
    "status": Command("status", "status", "Print how every source and the last digest stand."),
    "explain": Command("explain", "explain", "Tell why a capture or an edition is as it is."),
    "doctor": Command("doctor", "doctor", "Print the settings with their origin and check what they need."),
}
