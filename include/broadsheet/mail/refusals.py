"""Who may not be written to any more, known exactly at the moment a mail begins."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from broadsheet.mail.database import Database
from broadsheet.mail.errors import MailAwayError
from broadsheet.mail.ledger import Tenure, refused

_VERSION = {
    "sqlite": "PRAGMA data_version",
    "postgresql": "SELECT CAST(pg_current_snapshot() AS text)",
}
"""Cheap questions whose answer differs once anybody has committed anything."""


class Refusals:
    """The deliveries in hand that must not be begun, for any number of threads; see `watching`."""

    def __init__(self, database: Database, tenure: Tenure, cursor: Any) -> None:
        self._database = database
        self._tenure = tenure
        self._cursor = cursor
        self._question = _VERSION[database.engine.dialect.name]
        self._errors = database.engine.dialect.loaded_dbapi.Error
        self._version: object = None
        self._refused: dict[str, str] = {}
        self._asking = threading.Lock()
        self._looking = threading.Lock()
        self._asked = 0
        self._answered = 0

    def why(self, delivery_id: str) -> str | None:
        """Why this delivery must not be begun now; None if it may.

        The database is asked after the call has begun. Threads that call at once share one answer.

        Raises:
            FencedError: another sender has taken the shard over: this delivery is no longer in hand.
            MailAwayError: the mail database cannot be asked.
        """
        with self._asking:
            self._asked += 1
            mine = self._asked
        with self._looking:
            if self._answered < mine:
                covered = self._asked
                self._look()
                self._answered = covered
            return self._refused.get(delivery_id)

    def of(self, delivery_ids: Sequence[str]) -> list[str | None]:
        """As `why`, of several that are begun at once: one question for all of them."""
        with self._looking:
            self._look()
            return [self._refused.get(delivery_id) for delivery_id in delivery_ids]

    def _look(self) -> None:
        version = self._ask()
        if version != self._version:
            with self._database.read() as con:
                self._refused = refused(con, self._tenure)
            self._version = version

    def _ask(self) -> object:
        try:
            self._cursor.execute(self._question)
            return self._cursor.fetchone()[0]
        except self._errors as error:
            raise MailAwayError(f"{self._database.where} went away: {error}; try again later") from error


@contextmanager
def watching(database: Database, tenure: Tenure) -> Iterator[Refusals]:
    """Keep an eye on unsubscriptions and suppressions for the block, over a connection of its own."""
    with database.read() as con:
        if database.is_postgresql:
            con = con.execution_options(isolation_level="AUTOCOMMIT")  # noqa: PLW2901
        yield Refusals(database, tenure, con.connection.cursor())
