"""A run's frozen content, as it is stored: the fragments once, and selections of them."""

import sqlalchemy as sa

from broadsheet.digest.forme import Forme, Fragments, Selection
from broadsheet.mail.errors import MailError
from broadsheet.mail.schema import run_contents, runs, selections
from broadsheet.mail.states import RunKind

FRAGMENTS = "fragments"
"""Under which name a run keeps its fragments."""


def load_fragments(con: sa.Connection, run_key: str) -> Fragments:
    """The fragments of all the run's mails. Raises MailError if they are gone."""
    query = sa.select(run_contents.c.data).where(
        run_contents.c.run_key == run_key, run_contents.c.name == FRAGMENTS
    )
    data = con.scalar(query)
    if data is None:
        raise MailError(f"the content of run {run_key} is gone from the mail database")
    return Fragments.decode(data)


def load_selection(con: sa.Connection, run_key: str, selection_id: int) -> Selection:
    """What one of the run's mails is made of. Raises MailError if it is gone."""
    query = sa.select(selections.c.subject, selections.c["items"], selections.c.data).where(
        selections.c.run_key == run_key, selections.c.selection_id == selection_id
    )
    row = con.execute(query).first()
    if row is None:
        raise MailError(f"selection {selection_id} of run {run_key} is gone from the mail database")
    return Selection.decode(*row)


def find_page(con: sa.Connection, run_key: str, selection_id: int) -> str | None:
    """One of a run's digests as its mail shows it, without anybody's own links; None if there is none.

    A letter is to one person and is never shown.
    """
    digest = sa.and_(
        runs.c.run_key == run_key, runs.c.kind == RunKind.DIGEST, run_contents.c.name == FRAGMENTS
    )
    query = (
        sa.select(run_contents.c.data, selections.c.subject, selections.c["items"], selections.c.data)
        .join(runs, runs.c.run_key == run_contents.c.run_key)
        .join(selections, selections.c.run_key == run_contents.c.run_key)
        .where(digest, selections.c.selection_id == selection_id)
    )
    row = con.execute(query).first()
    if row is None:
        return None
    fragments, *selection = row
    return Forme(Fragments.decode(fragments)).html(Selection.decode(*selection))
