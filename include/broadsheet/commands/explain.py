"""`broadsheet explain`: why is it so?"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from broadsheet.commands.arguments import AsJson
from broadsheet.commands.digests import days
from broadsheet.commands.outcomes import in_words
from broadsheet.commands.output import emit, emit_json, list_name, shown
from broadsheet.errors import UsageError
from broadsheet.settings import load_settings

if TYPE_CHECKING:
    from broadsheet.mail.deliveries import Day
    from broadsheet.settings import Settings


def explain(
    what: Annotated[
        str, typer.Argument(help="A capture's id, or a digest's day, edition key or delivery id.")
    ],
    as_json: AsJson = False,
) -> None:
    """Tell the whole chain of a capture or of a digest: fetched, parsed, judged, compared, mailed, and why.

    JSON of a capture: its row of the table captures, and notes, changes by kind, previous_snapshot. JSON of a digest:
    an array of {run, state, at, reason, subject, edition_key, delivery_id, boards}, boards being
    [list, from snapshot, to snapshot].
    """
    settings = load_settings()
    digests = [day for day in days(settings) if what in {day.run, day.edition_key, day.delivery_id}]
    found = digests or _capture(settings, what)
    if as_json:
        emit_json(found)
    elif isinstance(found, list):
        emit("\n".join("".join(_digest_in_words(day)) for day in found))
    else:
        emit("".join(_capture_in_words(found)))


def _capture(settings: "Settings", what: str) -> dict[str, Any]:
    from broadsheet.warehouse.reading import capture
    from broadsheet.warehouse.store import open_published

    if not what.isdigit():
        raise UsageError(
            f"{what!r} is no capture, and no digest was made or thought of under that name: "
            "`broadsheet status` names the last ones"
        )
    with open_published(settings) as connection:
        return capture(connection, int(what))


def _capture_in_words(found: dict[str, Any]) -> Iterator[str]:
    at = f"{shown(found['captured_at'])} UTC"
    yield f"capture {found['capture_id']}\n"
    yield _line("asked", f"{found['asked'] or 'for no list in particular'}, at {at}, {found['url']}")
    answer = f"status {found['status']}, {found['bytes']:,} bytes" if found["status"] else "none came"
    yield _line("answer", f"{answer}, sha256 {found['sha256'][:16]}…")
    place = f"{found['archive_file']} at byte {found['archive_offset']}"
    yield _line("archived", place if found["archive_file"] else "not in the archive")
    yield _line("parsed", _parsed_in_words(found))
    yield _line("verdict", f"{found['verdict']}: {found['reason']}")
    yield from (_line("note", note) for note in found["notes"])
    yield _line("became", _snapshot_in_words(found))
    yield _line("brought", _changes_in_words(found))


def _parsed_in_words(found: dict[str, Any]) -> str:
    if found["part_of"] is not None:
        return f"as a further page of capture {found['part_of']}"
    if found["parser"] is None:
        return "not at all"
    cut = ", stopped at the hub's limit" if found["truncated"] else ""
    name = list_name(found) or "a list without a name"
    return f"by {found['parser']}: {name}, {shown(found['entries'])} papers{cut}"


def _snapshot_in_words(found: dict[str, Any]) -> str:
    if found["snapshot_id"] is None:
        return "no snapshot: it is kept, but nothing is compared with it"
    if found["snapshot_id"] == found["capture_id"]:
        return "a snapshot"
    return f"no snapshot of its own: it confirms snapshot {found['snapshot_id']}"


def _changes_in_words(found: dict[str, Any]) -> str:
    previous = found["previous_snapshot"]
    if found["snapshot_id"] != found["capture_id"]:
        return "no changes"
    if previous is None:
        return "no changes: it is the list's first snapshot"
    since = f"since snapshot {previous['snapshot_id']} of {shown(previous['captured_at'])} UTC"
    return f"{in_words(found['changes']) or 'no changes'} {since}"


def _digest_in_words(day: "Day") -> Iterator[str]:
    yield f"digest of {day.run}\n"
    yield _line("state", f"{day.state}, at {shown(day.at)} UTC")
    yield from _known_lines(
        ("subject", day.subject),
        ("reason", day.reason),
        ("edition", day.edition_key),
        ("delivery", day.delivery_id),
    )
    for name, earlier, later in day.boards:
        compared = f"compared with snapshot {earlier}" if earlier is not None else "the first one told"
        yield _line("list", f"{name}: snapshot {later}, {compared}")


def _known_lines(*facts: tuple[str, str | None]) -> Sequence[str]:
    return [_line(name, text) for name, text in facts if text]


def _line(name: str, text: object) -> str:
    return f"  {name:<9} {shown(text)}\n"
