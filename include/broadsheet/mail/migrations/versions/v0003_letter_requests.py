"""Anybody may ask for a subscription on the web: what bounds how many letters that brings about."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table, empty: nobody has asked yet."""
    op.create_table(
        "letter_requests",
        sa.Column("request_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("address_hash", sa.String, nullable=False, index=True),
        sa.Column("visitor_hash", sa.String, nullable=False, index=True),
    )
