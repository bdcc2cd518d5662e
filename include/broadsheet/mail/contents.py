"""A run's frozen content, as it is stored: the fragments once, and selections of them."""

import sqlalchemy as sa

from broadsheet.digest.forme import Fragments, Selection
from broadsheet.mail.errors import MailError
from broadsheet.mail.schema import run_contents, selections

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
