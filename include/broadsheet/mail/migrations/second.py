"""The tables of revision 0002, as they were when it was made: what changes later is a revision of its own."""

import sqlalchemy as sa

metadata = sa.MetaData()

subscribers = sa.Table(
    "subscribers",
    metadata,
    sa.Column("subscriber_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("address", sa.String),
    sa.Column("address_key", sa.String, unique=True),
    sa.Column("address_hash", sa.String, nullable=False, index=True),
    sa.Column("name", sa.String, nullable=False, server_default=""),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False, server_default="1"),
    sa.Column("cadence", sa.String, nullable=False),
    sa.Column("weekday", sa.Integer, nullable=False, server_default="1"),
    sa.Column("hour", sa.Integer, nullable=False),
    sa.Column("timezone", sa.String, nullable=False),
    sa.Column("lists", sa.String, nullable=False),
    sa.Column("topics", sa.String, nullable=False, server_default=""),
    sa.Column("min_upvotes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("max_items", sa.Integer),
    sa.Column("quiet_days", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("updated_at", sa.DateTime, nullable=False),
    sa.Column("scheduled_from", sa.DateTime),
    sa.Index("ix_subscribers_schedule", "state", "cadence", "timezone", "hour", "weekday", "subscriber_id"),
)

consent_events = sa.Table(
    "consent_events",
    metadata,
    sa.Column("event_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("subscriber_id", sa.Integer, nullable=False, index=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("detail", sa.String, nullable=False, server_default="{}"),
)

suppressions = sa.Table(
    "suppressions",
    metadata,
    sa.Column("address_hash", sa.String, primary_key=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("delivery_id", sa.String),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run_key", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("slot", sa.DateTime, nullable=False),
    sa.Column("opened_at", sa.DateTime, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("policy", sa.String, nullable=False),
    sa.Column("shards", sa.Integer, nullable=False, server_default="1"),
    sa.Column("content_hash", sa.String),
    sa.Column("candidates", sa.Integer),
    sa.Column("prepared", sa.Integer),
    sa.Column("excluded", sa.Integer),
    sa.Column("frozen_at", sa.DateTime),
    sa.Column("closed_at", sa.DateTime),
    sa.Column("reason", sa.String),
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
    sa.Column("data", sa.LargeBinary, nullable=False),
)

selection_boards = sa.Table(
    "selection_boards",
    metadata,
    sa.Column("run_key", sa.String, primary_key=True),
    sa.Column("selection_id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("list", sa.String, primary_key=True),
    sa.Column("from_snapshot", sa.BigInteger),
    sa.Column("to_snapshot", sa.BigInteger, nullable=False),
    sa.Column("as_of", sa.DateTime, nullable=False),
    sa.ForeignKeyConstraint(["run_key", "selection_id"], ["selections.run_key", "selections.selection_id"]),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("delivery_id", sa.String, primary_key=True),
    sa.Column("run_key", sa.ForeignKey("runs.run_key"), nullable=False),
    sa.Column("subscriber_id", sa.Integer, nullable=False),
    sa.Column("occasion", sa.String, nullable=False),
    sa.Column("shard", sa.Integer, nullable=False, server_default="0"),
    sa.Column("kind", sa.String, nullable=False, server_default="mail"),
    sa.Column("address", sa.String),
    sa.Column("address_key", sa.String),
    sa.Column("address_hash", sa.String, nullable=False),
    sa.Column("selection_id", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("doubts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("claim_epoch", sa.Integer),
    sa.Column("next_attempt_at", sa.DateTime),
    sa.Column("deadline_at", sa.DateTime, nullable=False),
    sa.Column("sha256", sa.String),
    sa.Column("phase", sa.String),
    sa.Column("code", sa.Integer),
    sa.Column("enhanced", sa.String),
    sa.Column("reply", sa.String),
    sa.Column("queue_id", sa.String),
    sa.Column("resolution", sa.String),
    sa.Column("updated_at", sa.DateTime, nullable=False),
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
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("ix_exclusions_occasion", "subscriber_id", "occasion"),
)

told = sa.Table(
    "told",
    metadata,
    sa.Column("subscriber_id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("as_of", sa.DateTime, nullable=False),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("attempt_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("delivery_id", sa.String, nullable=False, index=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("event", sa.String, nullable=False),
    sa.Column("phase", sa.String),
    sa.Column("code", sa.Integer),
    sa.Column("text", sa.String),
)

shards = sa.Table(
    "shards",
    metadata,
    sa.Column("run_key", sa.ForeignKey("runs.run_key"), primary_key=True),
    sa.Column("shard", sa.Integer, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
    sa.Column("journal_id", sa.String),
)

folded_journals = sa.Table(
    "folded_journals",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
)

rates = sa.Table(
    "rates",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("tokens", sa.Float, nullable=False),
    sa.Column("hour_tokens", sa.Float, nullable=False),
    sa.Column("factor", sa.Float, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)

bounce_events = sa.Table(
    "bounce_events",
    metadata,
    sa.Column("bounce_key", sa.String, primary_key=True),
    sa.Column("delivery_id", sa.String, index=True),
    sa.Column("subscriber_id", sa.Integer, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("status", sa.String),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)
