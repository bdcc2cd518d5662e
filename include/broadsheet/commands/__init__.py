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
    "serve": Command("serve", "serve", "Serve the web pages, feeds and API."),
    "poll": Command("fetching", "poll", "Fetch lists now and load what came."),
    "backfill": Command(
        "fetching", "backfill", "Fetch the daily, weekly or monthly lists of a range of dates."
    ),
    "import": Command("importing", "import_captures", "Load captures from files and folders."),
    "replay": Command(
        "replay", "replay", "Run the archive through today's parsers and report what would differ."
    ),
    "fold": Command(
        "fold", "fold", "Put closed months into files that publications share, or open one again."
    ),
    "list": Command("looking", "show_list", "Print a list as it stands, or as it stood at a time."),
    "changes": Command("looking", "changes", "Print what changed on a list."),
    "paper": Command("paper", "paper", "Print everything known of one paper, its history drawn."),
    "search": Command(
        "search", "search", "Look for papers by their words, authors, organisations and lists."
    ),
    "sql": Command("sql", "sql", "Ask the published warehouse in SQL, read-only."),
    "export": Command("export", "export", "Write the warehouse's tables, or its papers, into a new folder."),
    "subscribers": Group("Add, list, change, remove, import and export subscribers.", SUBSCRIBERS),
    "preview": Command(
        "preview", "preview", "Print somebody's digest as it would be now, or as it was sent."
    ),
    "send": Command("digests", "send", "Send to everybody who is due."),
    "runs": Command("runs", "runs", "Print what was sent, run by run."),
    "pause": Command("runs", "pause", "Let nothing more of a run be sent for now."),
    "resume": Command("runs", "resume", "Let a paused run go on."),
    "abort": Command("runs", "abort", "Give up what is left of a run."),
    "resolve": Command("runs", "resolve", "Settle mails whose answer was lost."),
    "explain": Command(
        "explain", "explain", "Tell why somebody got mail or did not, or why anything is as it is."
    ),
    "status": Command("status", "status", "Print how every source and the mail stand."),
    "doctor": Command("doctor", "doctor", "Print the settings with their origin and check what they need."),
}
