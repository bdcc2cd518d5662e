"""`broadsheet subscribers import` and `export`: all of them, as CSV."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

from broadsheet import settings as configuration
from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.output import emit, emit_json, say, written_whole
from broadsheet.commands.progress import progress_bar
from broadsheet.commands.subscribers import Consent

STANDARD = Path("-")


def import_file(
    path: Annotated[Path, Argument(help="A CSV file; - is standard input.", metavar="FILE")],
    dry_run: Annotated[bool, Option(help="Only say what would be done.")] = False,
    consent: Consent = None,
    as_json: AsJson = False,
) -> None:
    """Subscribe everybody in a CSV file at once, and change what those wish who are here already.

    The first line names the columns: address and, as far as the file says them, name, state, cadence, weekday, hour,
    timezone, lists, topics, min_upvotes, max_items, quiet_days. A bad line is named, and then nothing is
    imported. Who has unsubscribed is not subscribed anew.

    JSON: {added, changed, unsubscribed, unchanged, left, repeated, suppressed, dry_run}: left are those who had
    unsubscribed and stay so, repeated the lines of somebody who stands further down again, suppressed those in the
    file to whom nothing is sent.
    """
    from broadsheet.mail.configured import open_in_step
    from broadsheet.mail.consent import Act
    from broadsheet.mail.csvfile import read_entries
    from broadsheet.mail.importing import carry_out, plan_import
    from broadsheet.mail.preferences import starting
    from broadsheet.mail.secret import secret_key

    settings = configuration.load_settings()
    secret = secret_key(settings)
    act = Act(configuration.now(settings), "import", {"consent": consent} if consent else {})
    with _opened(path) as file:
        where = "standard input" if path == STANDARD else str(path)
        entries = read_entries(file, where, settings.channels)
    with (
        open_in_step(settings, act.at) as database,
        progress_bar("subscribers") as advance,
        database.read() if dry_run else database.write() as con,
    ):
        plan = plan_import(con, entries, starting(settings), secret)
        if not dry_run:
            carry_out(con, plan, act, secret, advance)
    counts = {
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unsubscribed": len(plan.unsubscribed),
        "unchanged": plan.unchanged,
        "left": plan.left,
        "repeated": plan.repeated,
        "suppressed": plan.suppressed,
    }
    if as_json:
        emit_json(counts | {"dry_run": dry_run})
    else:
        emit(_told(counts, dry_run=dry_run))


def export(
    output: Annotated[
        Path | None, Option("--output", "-o", help="Write to this file.", metavar="FILE")
    ] = None,
) -> None:
    """Write all subscribers but those who are erased as CSV, as `subscribers import` reads it."""
    from broadsheet.mail.configured import open_in_step
    from broadsheet.mail.csvfile import write_subscribers
    from broadsheet.mail.subscribers import every

    settings = configuration.load_settings()
    lines = StringIO()
    with open_in_step(settings, configuration.now(settings)) as database, database.read() as con:
        count = write_subscribers(every(con), lines)
    if output is None:
        emit(lines.getvalue())
        return
    with written_whole(output) as file:
        file.write(lines.getvalue().encode())
    say(f"{count} subscribers are in {output}")


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """The file; the mark that some programs put before UTF-8 is not taken for text."""
    if path == STANDARD:
        yield TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield file


def _told(counts: dict[str, int], *, dry_run: bool) -> str:
    words = {
        "added": "added",
        "changed": "changed",
        "unsubscribed": "unsubscribed",
        "unchanged": "as they were",
        "left": "had unsubscribed and stay so",
        "repeated": "on more than one line: the last counts",
        "suppressed": "suppressed: nothing is sent to them (`broadsheet subscribers list`)",
    }
    lines = [f"{counts[name]} {said}" for name, said in words.items() if counts[name]]
    heading = "This would be done:\n" if dry_run else ""
    return heading + "\n".join(lines or ["nobody is in the file"]) + "\n"
