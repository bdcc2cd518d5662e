"""The mail database's tables: subscribers, consent, runs, deliveries, bounces, requests (SQLAlchemy Core).

All times are UTC. Addresses stand in ``subscribers`` and ``deliveries`` and nowhere else; what must outlive an
address keeps its keyed hash. The tables are made by the migrations, which a test compares with what stands here.
"""

from datetime import UTC, datetime

import sqlalchemy as sa


class Time(sa.types.TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC in the database."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData()

subscribers = sa.Table(
    "subscribers",
    metadata,
    sa.Column("subscriber_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String, nullable=False),  # mail, or channel: address is the channel's name then
    sa.Column("address", sa.String),  # as it was given, domain in ASCII; null once erased
    sa.Column("address_key", sa.String, unique=True),  # case-folded: who is the same subscriber
    sa.Column("address_hash", sa.String, nullable=False, index=True),  # keyed hash of address_key
    sa.Column("name", sa.String, nullable=False, server_default=""),
    sa.Column("state", sa.String, nullable=False),
    sa.Column(
        "generation", sa.Integer, nullable=False, server_default="1"
    ),  # +1 each time of subscribing anew
    sa.Column("cadence", sa.String, nullable=False),
    sa.Column("weekday", sa.Integer, nullable=False, server_default="1"),  # ISO: Monday is 1; weekly only
    sa.Column("hour", sa.Integer, nullable=False),
    sa.Column("timezone", sa.String, nullable=False),
    sa.Column("lists", sa.String, nullable=False),  # sources, with commas: trending,daily
    sa.Column("topics", sa.String, nullable=False, server_default=""),
    sa.Column("min_upvotes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("max_items", sa.Integer),  # null: as many as there is room for
    sa.Column("quiet_days", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("origin", sa.String, nullable=False),  # cli, import, web, setting
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time, nullable=False),
    sa.Column("scheduled_from", Time),  # digests that were due before are not owed; null while pending
    sa.Index("ix_subscribers_schedule", "state", "cadence", "timezone", "hour", "weekday", "subscriber_id"),
)

consent_events = sa.Table(
    "consent_events",
    metadata,
    sa.Column("event_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("subscriber_id", sa.Integer, nullable=False, index=True),
    sa.Column("at", Time, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("detail", sa.String, nullable=False, server_default="{}"),  # a JSON object, never an address
)

suppressions = sa.Table(
    "suppressions",
    metadata,
    sa.Column("address_hash", sa.String, primary_key=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("since", Time, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("delivery_id", sa.String),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run_key", sa.String, primary_key=True),  # 2026-11-20T07:00Z; letter:17:1
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("slot", Time, nullable=False),
    sa.Column("opened_at", Time, nullable=False),  # ends every window, and is the Date of every mail
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("policy", sa.String, nullable=False),
    sa.Column("shards", sa.Integer, nullable=False, server_default="1"),
    sa.Column("content_hash", sa.String),
    sa.Column("candidates", sa.Integer),
    sa.Column("prepared", sa.Integer),
    sa.Column("excluded", sa.Integer),
    sa.Column("frozen_at", Time),
    sa.Column("closed_at", Time),
    sa.Column("reason", sa.String),  # why it is paused or was aborted
)

run_contents = sa.Table(
    "run_contents",
    metadata,
    sa.Column("run_key", sa.ForeignKey("runs.run_key"), primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

selections = sa.Table(
    "selections",
    metadata,
    sa.Column("run_key", sa.ForeignKey("runs.run_key"), primary_key=True),
    sa.Column("selection_id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),  # which of the run's fragments, in order
)

selection_boards = sa.Table(
    "selection_boards",
    metadata,
    sa.Column("run_key", sa.String, primary_key=True),
    sa.Column("selection_id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),  # as the subscriber names it: trending, daily, …
    sa.Column("list", sa.String, primary_key=True),
    sa.Column("from_snapshot", sa.BigInteger),
    sa.Column("to_snapshot", sa.BigInteger, nullable=False),
    sa.Column("as_of", Time, nullable=False),
    sa.ForeignKeyConstraint(["run_key", "selection_id"], ["selections.run_key", "selections.selection_id"]),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("delivery_id", sa.String, primary_key=True),  # 32 hex digits; the Message-ID's left part
    sa.Column("run_key", sa.ForeignKey("runs.run_key"), nullable=False),
    sa.Column("subscriber_id", sa.Integer, nullable=False),
    sa.Column("occasion", sa.String, nullable=False),  # the subscriber's local day, 2026-11-20
    sa.Column("shard", sa.Integer, nullable=False, server_default="0"),
    sa.Column("kind", sa.String, nullable=False, server_default="mail"),  # as the subscriber's
    sa.Column("address", sa.String),  # frozen; null once erased
    sa.Column("address_key", sa.String),
    sa.Column("address_hash", sa.String, nullable=False),
    sa.Column("selection_id", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("doubts", sa.Integer, nullable=False, server_default="0"),  # crashes that it was in flight at
    sa.Column("claim_epoch", sa.Integer),
    sa.Column("next_attempt_at", Time),
    sa.Column("deadline_at", Time, nullable=False),
    sa.Column("sha256", sa.String),  # of the mail as first offered whole: every later copy equals it
    sa.Column("phase", sa.String),
    sa.Column("code", sa.Integer),
    sa.Column("enhanced", sa.String),
    sa.Column("reply", sa.String),  # without addresses
    sa.Column("queue_id", sa.String),
    sa.Column("resolution", sa.String),  # how a doubt was settled, or why it is over, in words
    sa.Column("updated_at", Time, nullable=False),
    sa.UniqueConstraint("run_key", "subscriber_id"),
    sa.UniqueConstraint("run_key", "address_key"),
    sa.UniqueConstraint("subscriber_id", "occasion"),
    sa.Index("ix_deliveries_work", "run_key", "shard", "state"),
)

exclusions = sa.Table(
    "exclusions",
    metadata,
    sa.Column("run_key", sa.ForeignKey("runs.run_key"), primary_key=True),
    sa.Column("subscriber_id", sa.Integer, primary_key=True),
    sa.Column("occasion", sa.String, primary_key=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Index("ix_exclusions_occasion", "subscriber_id", "occasion"),
)

told = sa.Table(
    "told",
    metadata,
    sa.Column("subscriber_id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("as_of", Time, nullable=False),  # time of the newest board of the source that was delivered
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("attempt_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("delivery_id", sa.String, nullable=False, index=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("event", sa.String, nullable=False),  # the state it led to
    sa.Column("phase", sa.String),
    sa.Column("code", sa.Integer),
    sa.Column("text", sa.String),
)

shards = sa.Table(
    "shards",
    metadata,
    sa.Column("run_key", sa.ForeignKey("runs.run_key"), primary_key=True),
    sa.Column("shard", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),  # +1 each time a sender starts
    sa.Column("journal_id", sa.String),  # the journal folder that the epoch writes to
)

folded_journals = sa.Table(
    "folded_journals",
    metadata,
    sa.Column("name", sa.String, primary_key=True),  # <run>/<shard>/<epoch>.log
    sa.Column("size", sa.BigInteger, nullable=False),
)

rates = sa.Table(
    "rates",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("tokens", sa.Float, nullable=False),
    sa.Column("hour_tokens", sa.Float, nullable=False),
    sa.Column("factor", sa.Float, nullable=False),
    sa.Column("at", Time, nullable=False),
)

bounce_events = sa.Table(
    "bounce_events",
    metadata,
    sa.Column("bounce_key", sa.String, primary_key=True),  # hash of the report's Message-ID and the recipient
    sa.Column("delivery_id", sa.String, index=True),
    sa.Column("subscriber_id", sa.Integer, index=True),
    sa.Column(
        "kind", sa.String, nullable=False
    ),  # hard, soft, policy, delayed, complaint, unsubscribe, ignored
    sa.Column("status", sa.String),  # 5.1.1
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("at", Time, nullable=False),
)

letter_requests = sa.Table(
    "letter_requests",
    metadata,
    sa.Column("request_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Time, nullable=False, index=True),
    sa.Column("address_hash", sa.String, nullable=False, index=True),  # whom the letter went to
    sa.Column("visitor_hash", sa.String, nullable=False, index=True),  # where it was asked for
)

ITS_SELECTION = sa.and_(
    selections.c.run_key == deliveries.c.run_key, selections.c.selection_id == deliveries.c.selection_id
)
"""How a delivery and its selection are joined."""

ITS_BOARDS = sa.and_(
    selection_boards.c.run_key == deliveries.c.run_key,
    selection_boards.c.selection_id == deliveries.c.selection_id,
)
"""How a delivery and the boards that its selection tells of are joined."""
