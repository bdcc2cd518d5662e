-- The list as of a time: its last snapshot up to then, NULL where there was none, and when it was replaced.
WITH standing AS (
    SELECT snapshot_id, truncated, captured_at
    FROM snapshots
    WHERE list_kind = $kind AND list_key = $key AND captured_at <= $moment
    ORDER BY captured_at DESC, snapshot_id DESC
    LIMIT 1
)
SELECT standing.*, later.replaced_at
FROM (
    SELECT min(captured_at) AS replaced_at
    FROM snapshots
    WHERE list_kind = $kind AND list_key = $key AND captured_at > $moment
) AS later
LEFT JOIN standing ON true
