-- The snapshot that said how a list stood at $moment (NULL: now), and when the list stood as it is compared with: as of
-- $since, or where that is NULL on the snapshot before.
WITH standing AS (
    SELECT snapshot_id, captured_at, truncated
    FROM snapshots
    WHERE list_kind = $kind AND list_key = $key AND ($moment IS NULL OR captured_at <= $moment)
    ORDER BY captured_at DESC, snapshot_id DESC
    LIMIT 1
),
earlier AS (
    SELECT snapshots.snapshot_id, snapshots.captured_at
    FROM snapshots
    CROSS JOIN standing
    WHERE
        snapshots.list_kind = $kind AND snapshots.list_key = $key
        AND snapshots.captured_at <= coalesce($since, standing.captured_at)
        AND ($since IS NOT NULL OR snapshots.snapshot_id <> standing.snapshot_id)
    ORDER BY snapshots.captured_at DESC, snapshots.snapshot_id DESC
    LIMIT 1
)
SELECT standing.*, earlier.captured_at AS compared_with, earlier.snapshot_id AS earlier_id
FROM standing
LEFT JOIN earlier ON true;
