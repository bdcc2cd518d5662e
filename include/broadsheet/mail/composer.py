"""A delivery as a finished message, out of what its run froze: the same bytes at every attempt."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa

from broadsheet.digest.forme import NO_LINKS, Body, Forme, Links, Selection
from broadsheet.mail.accounts import Run
from broadsheet.mail.address import read_mailbox
from broadsheet.mail.channels import note
from broadsheet.mail.contents import load_fragments
from broadsheet.mail.identity import Kind
from broadsheet.mail.ledger import Claimed
from broadsheet.mail.letters import load_letter
from broadsheet.mail.message import Envelope, Head, Letterhead, Message, assemble, mailing_list
from broadsheet.mail.schema import selection_boards, selections
from broadsheet.mail.states import RunKind
from broadsheet.mail.stationery import Stationery
from broadsheet.settings import Settings

MOST_SCRIPTS = 2000
"""How many are kept at hand, those that were needed last: more than a sender ever needs at once."""


class Script(NamedTuple):
    """What one message says: ``body`` as a mail, ``short`` as a note in a chat channel."""

    subject: str
    letterhead: Letterhead
    body: Callable[[Links], Body]
    short: Callable[[], str]


class Composer:
    """Composes one run's messages. `load` is for one thread at a time, `message` for any number of them.

    Raises:
        AddressError: digest_from or bounce_address is no address.
        MailError: the run's content is gone.
    """

    def __init__(self, con: sa.Connection, settings: Settings, run: Run) -> None:
        self._run = run
        self._stationery = Stationery(settings, run.run_key, run.kind, run.opened_at)
        self._forme: Forme | None = None
        self._scripts: dict[int, Script] = {}
        if run.kind is RunKind.LETTER:
            number, subject, letter = load_letter(con, run.run_key)
            body = Body((letter.html,), (letter.text,))
            self._scripts[number] = Script(
                subject, self._stationery.letterhead(None), lambda _links: body, lambda: letter.plain
            )
        else:
            self._forme = Forme(load_fragments(con, run.run_key))

    def load(self, con: sa.Connection, claimed: Iterable[Claimed]) -> None:
        """Read what these deliveries are made of."""
        if self._forme is None:
            return
        needed = {one.selection_id for one in claimed}
        missing = needed - self._scripts.keys()
        fresh = dict(self._written(con, self._forme, missing)) if missing else {}
        # The last ones stand last. Another thread may look something up meanwhile: it finds the old or the new ones.
        older = {number: script for number, script in self._scripts.items() if number not in needed}
        wanted = {number: self._scripts[number] for number in needed - missing}
        self._scripts = dict(list((older | wanted | fresh).items())[-MOST_SCRIPTS:])

    def message(self, claimed: Claimed, kind: str) -> tuple[Message, Envelope]:
        """The message to one recipient, a mail or a note in a channel, with its envelope.

        Raises:
            AddressError: no header can name the recipient.
            ValueError: another header that cannot be written.
        """
        script = self._scripts[claimed.selection_id]
        envelope = self._stationery.envelope(claimed.delivery_id, claimed.address)
        if kind == Kind.CHANNEL:
            return note(claimed.delivery_id, self._run.opened_at, script.subject, script.short()), envelope
        reader = claimed.subscriber_id, claimed.generation, claimed.selection_id
        links = self._stationery.links(*reader) if script.letterhead.mailing_list else NO_LINKS
        head = Head(script.letterhead, script.subject, claimed.delivery_id, links)
        return assemble(script.body(links), head, envelope), envelope

    def _written(
        self, con: sa.Connection, forme: Forme, numbers: Collection[int]
    ) -> Iterator[tuple[int, Script]]:
        query = sa.select(
            selections.c.selection_id, selections.c.subject, selections.c["items"], selections.c.data
        ).where(selections.c.run_key == self._run.run_key, selections.c.selection_id.in_(numbers))
        sources = _sources(con, self._run.run_key, numbers)
        for number, subject, items, data in con.execute(query):
            selection = Selection.decode(subject, items, data)
            yield (
                number,
                Script(
                    subject,
                    self._stationery.letterhead(mailing_list(sources[number])),
                    partial(forme.body, selection),
                    partial(forme.short, selection),
                ),
            )


def message_id(settings: Settings, delivery_id: str) -> str:
    """What that delivery's Message-ID header says. Raises AddressError if digest_from is no address."""
    return f"<{delivery_id}@{read_mailbox(settings.digest_from, 'digest_from').domain}>"


def _sources(con: sa.Connection, run_key: str, numbers: Collection[int]) -> dict[int, list[str]]:
    """The sources that each selection tells of."""
    query = (
        sa.select(selection_boards.c.selection_id, selection_boards.c.source)
        .where(selection_boards.c.run_key == run_key, selection_boards.c.selection_id.in_(numbers))
        .distinct()
        .order_by(selection_boards.c.source)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for number, source in con.execute(query):
        found[number].append(source)
    return found
