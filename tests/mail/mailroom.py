"""A run that is ready to be sent, and what became of it."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from broadsheet.mail import subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import parse_identity
from broadsheet.mail.opening import open_run
from broadsheet.mail.preferences import Preferences, read_preferences
from broadsheet.mail.schema import attempts, deliveries, runs, shards, suppressions, told
from broadsheet.mail.secret import secret_key
from broadsheet.mail.sending import SendReport, send_shard
from broadsheet.mail.subscribers import Newcomer
from broadsheet.mail.transport import Evidence, Outcome, Phase, Result
from broadsheet.settings import Settings

JOINED = timedelta(days=1)


class Mailroom:
    """One run for readers ``1@example.org``, ``2@example.org``, … and the clock of its senders."""

    def __init__(self, settings: Settings, now: datetime, readers: int = 3) -> None:
        self.settings = settings
        self.now = now
        self.numbers = {}
        with open_database(settings) as database, database.write() as con:
            for number in range(1, readers + 1):
                self.numbers[number] = self._join(con, f"{number}@example.org")
        self.run_key = open_run(settings, now).run_key

    def send(self, transport=None, shard: int = 0, **changed) -> SendReport:
        """Send a shard as it stands at this clock, with other settings if they are ``changed``."""
        from msgspec.structs import replace

        return send_shard(replace(self.settings, **changed), self.run_key, shard, lambda: self.now, transport)

    def rows(self, table: sa.Table = deliveries) -> list[dict]:
        """A table's rows; deliveries by address."""
        with open_database(self.settings) as database, database.read() as con:
            rows = [dict(row) for row in con.execute(sa.select(table)).mappings()]
        return sorted(rows, key=lambda row: row["subscriber_id"]) if table is deliveries else rows

    @property
    def states(self) -> dict[str, int]:
        """How many deliveries are in which state."""
        return dict(Counter(row["state"] for row in self.rows()))

    def row(self, number: int) -> dict:
        """The delivery of one reader."""
        return next(row for row in self.rows() if row["subscriber_id"] == self.numbers[number])

    def told(self) -> set[int]:
        """Which readers count as told."""
        ids = {row["subscriber_id"] for row in self.rows(told)}
        return {number for number, its_id in self.numbers.items() if its_id in ids}

    def history(self, number: int) -> list[str]:
        """What happened to one reader's delivery, in order."""
        its_id = self.row(number)["delivery_id"]
        return [row["event"] for row in self.rows(attempts) if row["delivery_id"] == its_id]

    def change(self, statement: sa.Executable) -> None:
        """Change the database by hand."""
        with open_database(self.settings) as database, database.write() as con:
            con.execute(statement)

    def do(self, what: Callable[[sa.Connection], object]) -> object:
        """Do something in a transaction of its own."""
        with open_database(self.settings) as database, database.write() as con:
            return what(con)

    @property
    def epoch(self) -> int:
        return self.rows(shards)[0]["epoch"]

    @property
    def run(self) -> dict:
        return self.rows(runs)[0]

    @property
    def suppressed(self) -> set[str]:
        return {row["reason"] for row in self.rows(suppressions)}

    def _join(self, con: sa.Connection, address: str) -> int:
        newcomer = Newcomer(identity=parse_identity(address), preferences=read_preferences({}, Preferences()))
        act = Act(self.now - JOINED, "cli")
        return subscribers.add(con, newcomer, act, secret_key(self.settings)).subscriber_id


class Scripted:
    """A transport that answers as ``answer(recipient)`` says and keeps what it was offered whole."""

    def __init__(self, answer=None, evidence=Evidence.UNKNOWN) -> None:
        self.answer = answer or (lambda recipient: accepted())
        self.evidence = evidence
        self.tried: list[str] = []
        self.mails: list[tuple[str, bytes]] = []
        self.asked: list[str] = []
        self.since: list[datetime] = []

    def open(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def send(self, message, envelope, before_dot):
        self.tried.append(envelope.recipient)
        outcome = self.answer(envelope.recipient)
        if outcome.phase is Phase.DOT:
            before_dot()
            self.mails.append((envelope.recipient, message.data))
        return outcome

    def lookup(self, message_id, since):
        self.asked.append(message_id)
        self.since.append(since)
        return self.evidence


def accepted() -> Outcome:
    return Outcome(Result.ACCEPTED, Phase.DOT, 250, "2.0.0", "taken", "Q1")


def deferred(phase=Phase.RCPT) -> Outcome:
    return Outcome(Result.DEFERRED, phase, 451, "4.3.0", "later")


def refused(phase=Phase.RCPT, code=550, enhanced="5.1.1") -> Outcome:
    return Outcome(Result.REFUSED, phase, code, enhanced, "no")


def lost() -> Outcome:
    return Outcome(Result.IN_DOUBT, Phase.DOT)
