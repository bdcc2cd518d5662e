-- The list as of a time: its last snapshot up to then, NULL where there was none, and when it was replaced.
SELECT
    arg_max(snapshot_id, (captured_at, snapshot_id)) FILTER (captured_at <= $moment) AS snapshot_id,
    arg_max(truncated, (captured_at, snapshot_id)) FILTER (captured_at <= $moment) AS truncated,
    max(captured_at) FILTER (captured_at <= $moment) AS captured_at,
    min(captured_at) FILTER (captured_at > $moment) AS replaced_at
FROM snapshots
WHERE list_kind = $kind AND list_key = $key
