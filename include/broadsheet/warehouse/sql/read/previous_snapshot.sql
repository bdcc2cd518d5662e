-- The snapshot of the same list that stood before a capture.
SELECT snapshots.*
FROM captures
JOIN snapshots USING (list_kind, list_key)
WHERE
    captures.capture_id = $capture
    AND (snapshots.captured_at, snapshots.snapshot_id) < (captures.captured_at, captures.capture_id)
ORDER BY snapshots.captured_at DESC, snapshots.snapshot_id DESC
LIMIT 1;
