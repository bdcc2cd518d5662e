"""The first version: finished mails to one address, the boards they told, and days without news."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the three tables exactly as the first version made them."""
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.String, primary_key=True),
        sa.Column("run", sa.String, nullable=False),
        sa.Column("edition_key", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("date", sa.DateTime, nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("prepared_at", sa.DateTime, nullable=False),
        sa.Column("tried_at", sa.DateTime),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("reply", sa.String),
        sa.UniqueConstraint("edition_key", "recipient"),
        sa.UniqueConstraint("run", "recipient"),
    )
    op.create_table(
        "told_boards",
        sa.Column("delivery_id", sa.String, sa.ForeignKey("deliveries.delivery_id"), primary_key=True),
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("list", sa.String, primary_key=True),
        sa.Column("from_snapshot", sa.BigInteger),
        sa.Column("to_snapshot", sa.BigInteger, nullable=False),
        sa.Column("as_of", sa.DateTime, nullable=False),
    )
    op.create_table(
        "quiet_days",
        sa.Column("run", sa.String, primary_key=True),
        sa.Column("recipient", sa.String, primary_key=True),
        sa.Column("looked_at", sa.DateTime, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 1")
