"""The pages of one list, put together."""

from collections.abc import Sequence

from msgspec.structs import replace

from broadsheet.model import Listing, Verdict


def join(pages: Sequence[Listing]) -> Listing:
    """One listing from the answers that were fetched for one list, in page order.

    The first page decides which list it is. An empty page after the first one is the list's end. A page that
    cannot be read or shows another list leaves the list truncated, with a note. A paper that moved from one
    page to the next between two requests keeps its first place, and those behind it move up.

    Raises:
        ValueError: no pages.
    """
    if not pages:
        raise ValueError("there is no page to join")
    first, *rest = pages
    if first.fault is not None:
        return first
    entries, notes, truncated = list(first.entries), list(first.notes), first.truncated
    repeated = 0
    for page in rest:
        name = f"page {page.page + 1}"
        if page.fault is not None and page.fault.verdict is Verdict.EMPTY:
            truncated = False
            break
        if page.fault is not None or page.list_id != first.list_id:
            why = page.fault.reason if page.fault is not None else f"it shows {page.list_id}"
            notes.append(f"{name} is left out: {why}")
            truncated = True
            break
        seen = {entry.key for entry in entries}
        for entry in page.entries:
            if entry.key in seen:
                repeated += 1
            elif entry.rank is None or not repeated:
                entries.append(entry)
            else:
                entries.append(replace(entry, rank=entry.rank - repeated))
        notes.extend(f"{name}: {note}" for note in page.notes)
        truncated = page.truncated
    if repeated:
        notes.append(f"{repeated} papers stand on two pages: the list moved while it was fetched")
    return replace(first, entries=tuple(entries), notes=tuple(notes), truncated=truncated)
