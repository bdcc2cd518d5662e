"""`broadsheet explain CAPTURE`: asked, answered, parsed, judged, compared."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from broadsheet.commands.outcomes import in_words
from broadsheet.commands.output import fact, list_name, shown

if TYPE_CHECKING:
    from broadsheet.settings import Settings


def find_capture(settings: "Settings", number: int) -> dict[str, Any]:
    """A capture's row, its notes and what it brought. Raises UsageError if there is none of that number."""
    from broadsheet.warehouse.reading import capture
    from broadsheet.warehouse.store import open_published

    with open_published(settings) as connection:
        return capture(connection, number)


def capture_in_words(found: dict[str, Any]) -> Iterator[str]:
    """The way of a capture, line by line."""
    at = f"{shown(found['captured_at'])} UTC"
    yield f"capture {found['capture_id']}\n"
    yield fact("asked", f"{found['asked'] or 'for no list in particular'}, at {at}, {found['url']}")
    answer = f"status {found['status']}, {found['bytes']:,} bytes" if found["status"] else "none came"
    yield fact("answer", f"{answer}, sha256 {found['sha256'][:16]}…")
    place = f"{found['archive_file']} at byte {found['archive_offset']}"
    yield fact("archived", place if found["archive_file"] else "not in the archive")
    yield fact("parsed", _parsed_in_words(found))
    yield fact("verdict", f"{found['verdict']}: {found['reason']}")
    yield from (fact("note", note) for note in found["notes"])
    yield fact("became", _snapshot_in_words(found))
    yield fact("brought", _changes_in_words(found))


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
