SELECT snapshot_id, captured_at, truncated
FROM snapshots
WHERE list_kind = $kind AND list_key = $key AND captured_at <= $moment
ORDER BY captured_at DESC, snapshot_id DESC
LIMIT 1;
