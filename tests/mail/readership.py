"""Subscribers of a newsroom, and what the mail database says of them."""

from datetime import datetime

import sqlalchemy as sa

from broadsheet.mail import ledger, subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import parse_identity
from broadsheet.mail.preferences import Preferences, read_preferences
from broadsheet.mail.schema import deliveries, exclusions, runs
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import State
from broadsheet.mail.subscribers import Newcomer
from broadsheet.settings import Settings


class Readership:
    """Subscribers by name: ``ada`` reads at ``ada@example.org``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._numbers: dict[str, int] = {}

    def join(self, name: str, now: datetime, **wishes: str) -> int:
        """Subscribe; gives the number."""
        who = name if name.startswith("channel:") else f"{name}@example.org"
        preferences = read_preferences(wishes, Preferences())
        with open_database(self.settings) as database, database.write() as con:
            newcomer = Newcomer(identity=parse_identity(who), preferences=preferences)
            made = subscribers.add(con, newcomer, Act(now, "cli"), secret_key(self.settings))
        self._numbers[name] = made.subscriber_id
        return made.subscriber_id

    def wish(self, name: str, now: datetime, **wishes: str) -> None:
        """Change what they wish."""
        with open_database(self.settings) as database, database.write() as con:
            known = subscribers.get(con, self._numbers[name])
            subscribers.change(con, known.subscriber_id, read_preferences(wishes, known.preferences), now)

    def number(self, name: str) -> int:
        return self._numbers[name]

    def end(self, run_key: str, *names: str, state: State = State.ACCEPTED) -> None:
        """Let these deliveries of a run end so, as a sender does it; all of them if there are no names."""
        ids = [self._numbers[name] for name in names or self._numbers]
        mine = sa.and_(deliveries.c.run_key == run_key, deliveries.c.subscriber_id.in_(ids))
        with open_database(self.settings) as database, database.write() as con:
            ended = con.scalars(sa.select(deliveries.c.delivery_id).where(mine)).all()
            con.execute(deliveries.update().where(mine).values(state=str(state)))
            if state in ledger.DELIVERED:
                ledger.note_told(con, ended)

    def rows(self, table: sa.Table) -> list[dict]:
        """All rows of a table."""
        with open_database(self.settings) as database, database.read() as con:
            return [dict(row) for row in con.execute(sa.select(table)).mappings()]

    def mails(self, run_key: str) -> set[str]:
        """To whom a run has mails."""
        return self._named(row for row in self.rows(deliveries) if row["run_key"] == run_key)

    def left_out(self, run_key: str) -> dict[str, str]:
        """Whom a run leaves out, and why."""
        rows = [row for row in self.rows(exclusions) if row["run_key"] == run_key]
        return {name: row["reason"] for row in rows for name in self._named([row])}

    def run(self, run_key: str) -> dict:
        """The row of a run."""
        return next(row for row in self.rows(runs) if row["run_key"] == run_key)

    def _named(self, rows) -> set[str]:
        numbers = {row["subscriber_id"] for row in rows}
        return {name for name, number in self._numbers.items() if number in numbers}
