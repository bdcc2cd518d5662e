"""Many subscribers: their wishes and consent, runs frozen before they are sent, a row for every delivery."""

from alembic import context, op

from broadsheet.mail.migrations import moving, second

revision = "0002"
down_revision = "0001"

APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER consent_events_not_changed BEFORE UPDATE ON consent_events "
        "BEGIN SELECT RAISE(ABORT, 'consent events are only added to'); END",
        "CREATE TRIGGER consent_events_not_deleted BEFORE DELETE ON consent_events "
        "BEGIN SELECT RAISE(ABORT, 'consent events are only added to'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_to_change_consent_events() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'consent events are only added to'; END $$",
        "CREATE TRIGGER consent_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_consent_events()",
    ),
}


def upgrade() -> None:
    """Make the tables and move what the first version stored: nobody is told anything twice, nobody misses any."""
    con = op.get_bind()
    stored = moving.read(con)
    for table in ("told_boards", "quiet_days", "deliveries"):
        op.drop_table(table)
    second.metadata.create_all(con, checkfirst=False)
    for statement in APPEND_ONLY[con.dialect.name]:
        op.execute(statement)
    if con.dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 2")  # the first version refuses what it does not know by this
    moving.write(con, stored, context.config.attributes["before"])
