-- What grows with every poll is open, or folded into segments; the names without open_ become views.

ALTER TABLE captures RENAME TO open_captures;
ALTER TABLE snapshots RENAME TO open_snapshots;
ALTER TABLE observations RENAME TO open_observations;
ALTER TABLE revisions RENAME TO open_revisions;
ALTER TABLE showings RENAME TO open_showings;
ALTER TABLE changes RENAME TO open_changes;
ALTER TABLE quality RENAME TO open_quality;

-- Closed months, folded: Parquet files under segments_root() that never change. Each table has its own for a period.
CREATE TABLE segments (
    period VARCHAR NOT NULL,                -- '2026-10'; '2025' once the whole year is closed
    table_name VARCHAR NOT NULL,            -- observations: read by the view of that name
    file VARCHAR NOT NULL,                  -- named by its content
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,                -- of the file
    is_read BOOLEAN NOT NULL,               -- false: its rows stand elsewhere now; an older publication may need it
    let_go_at TIMESTAMP                     -- when folding first saw that; the file goes some time after
);
