-- The newest snapshot of a list before a moment on its walk.
SELECT snapshot_id
FROM snapshots
WHERE list_kind = $kind AND list_key = $key AND (captured_at, snapshot_id) < ($captured_at, $capture_id)
ORDER BY captured_at DESC, snapshot_id DESC
LIMIT 1;
