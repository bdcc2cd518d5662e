"""The samples of what comes back, and a mail database that knows the delivery which they are about.

The samples are made up, true to the form of what each mail system writes. Their addresses and tokens are made with
the key ``test``: delivery 2026-11-20T07:00Z to subscriber 17, reader@uni.example, who subscribed for the second time.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from broadsheet.mail.address import Mailbox
from broadsheet.mail.bounces.collecting import CollectReport, collect
from broadsheet.mail.database import Database, open_database
from broadsheet.mail.schema import (
    attempts,
    bounce_events,
    consent_events,
    deliveries,
    runs,
    subscribers,
    suppressions,
)
from broadsheet.mail.tokens import (
    address_hash,
    delivery_id,
    envelope_sender,
    unsubscribe_address,
    unsubscribe_token,
)
from broadsheet.settings import Settings

SECRET = b"test"
BASE = Mailbox("", "bounces", "digest.example")
READER = "reader@uni.example"
SUBSCRIBER = 17
GENERATION = 2
RUN = "2026-11-20T07:00Z"
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HASH = address_hash(READER, SECRET)
DELIVERY = delivery_id(RUN, SUBSCRIBER, SECRET)
ENVELOPE_SENDER = envelope_sender(BASE, DELIVERY, SECRET)
UNSUBSCRIBE_ADDRESS = unsubscribe_address(BASE, SUBSCRIBER, GENERATION, SECRET)
OTHER_PROOFS = {
    ENVELOPE_SENDER.encode(): envelope_sender(BASE, DELIVERY, b"other").encode(),
    UNSUBSCRIBE_ADDRESS.encode(): unsubscribe_address(BASE, SUBSCRIBER, GENERATION, b"other").encode(),
    unsubscribe_token(SUBSCRIBER, GENERATION, SECRET).encode():
        unsubscribe_token(SUBSCRIBER, GENERATION, b"other").encode(),
}  # fmt: skip
"""What proves that somebody knows the mail, and what it would be with another key."""

_FOLDER = Path(__file__).parent / "samples"


class Sample(msgspec.Struct, frozen=True):
    """A mail and what it means: a `Kind`, or ``quarantined``."""

    name: str
    meaning: str
    status: str | None
    data: bytes

    def __repr__(self) -> str:
        return self.name


def samples() -> list[Sample]:
    """All samples, as ``index.tsv`` lists them."""
    with (_FOLDER / "index.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Sample(
            row["file"],
            row["meaning"],
            None if row["status"] == "-" else row["status"],
            (_FOLDER / f"{row['file']}.eml").read_bytes(),
        )
        for row in rows
    ]


def sample(name: str) -> bytes:
    """One sample."""
    return (_FOLDER / f"{name}.eml").read_bytes()


class Office:
    """A Maildir that bounces are delivered into, and a mail database of one subscriber and their deliveries."""

    def __init__(self, home: Path, database_url: str = "") -> None:
        self.maildir = home / "Maildir"
        for room in ("new", "cur", "tmp"):
            (self.maildir / room).mkdir(parents=True)
        self.settings = Settings(
            home=str(home),
            secret_key=SECRET.decode(),
            database_url=database_url,
            bounce_mailbox=f"maildir:{self.maildir}",
        )
        with self.opened() as database, database.write() as con:
            con.execute(subscribers.insert(), _SUBSCRIBER_ROW)
            _add_delivery(con, RUN, DELIVERY)

    @contextmanager
    def opened(self) -> Iterator[Database]:
        with open_database(self.settings) as database:
            yield database

    def deliver(self, run_key: str) -> str:
        """One more delivery to the reader; its number."""
        number = delivery_id(run_key, SUBSCRIBER, SECRET)
        with self.opened() as database, database.write() as con:
            _add_delivery(con, run_key, number)
        return number

    def drop(self, data: bytes, name: str = "1.M1P1.mx") -> None:
        """Let a mail arrive."""
        (self.maildir / "new" / name).write_bytes(data)

    def collect(self, now: datetime = NOW) -> CollectReport:
        return collect(self.settings, now)

    def rows(self, table: sa.Table) -> list[dict]:
        with self.opened() as database, database.read() as con:
            return [dict(row) for row in con.execute(sa.select(table)).mappings()]

    @property
    def state(self) -> str:
        (row,) = self.rows(subscribers)
        return row["state"]

    @property
    def suppressed_for(self) -> str | None:
        """Why the reader may not be written to; None if they may."""
        return next((row["reason"] for row in self.rows(suppressions)), None)

    def everything(self) -> list[list[dict]]:
        """All that a report may change."""
        tables = (subscribers, suppressions, consent_events, bounce_events, attempts)
        return [self.rows(table) for table in tables]


def about(number: str, message_id: str, sample_name: str = "postfix-mailbox-full") -> bytes:
    """A sample as it would be about another delivery of the same reader."""
    data = sample(sample_name)
    sender = envelope_sender(BASE, number, SECRET)
    data = data.replace(ENVELOPE_SENDER.encode(), sender.encode()).replace(DELIVERY.encode(), number.encode())
    head, _, rest = data.partition(b"Message-ID: ")
    return head + b"Message-ID: " + message_id.encode() + b"\n" + rest.partition(b"\n")[2]


_SUBSCRIBER_ROW = {
    "subscriber_id": SUBSCRIBER,
    "kind": "mail",
    "address": READER,
    "address_key": READER,
    "address_hash": HASH,
    "state": "active",
    "generation": GENERATION,
    "cadence": "daily",
    "hour": 7,
    "timezone": "UTC",
    "lists": "trending",
    "origin": "web",
    "created_at": NOW,
    "updated_at": NOW,
}


def _add_delivery(con: sa.Connection, run_key: str, number: str) -> None:
    run = {
        "run_key": run_key,
        "kind": "digest",
        "slot": NOW,
        "opened_at": NOW,
        "state": "done",
        "policy": "verify",
    }
    con.execute(runs.insert(), run)
    delivery = {
        "delivery_id": number,
        "run_key": run_key,
        "subscriber_id": SUBSCRIBER,
        "occasion": run_key[:10],
        "address": READER,
        "address_key": READER,
        "address_hash": HASH,
        "selection_id": 1,
        "state": "accepted",
        "attempt": 1,
        "deadline_at": NOW,
        "updated_at": NOW,
    }
    con.execute(deliveries.insert(), delivery)
