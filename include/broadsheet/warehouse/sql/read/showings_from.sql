-- What a list showed anew from a moment on.
SELECT showings.snapshot_id, showings.paper_id, showings.revision_id
FROM showings
JOIN snapshots USING (snapshot_id)
WHERE
    snapshots.list_kind = $kind AND snapshots.list_key = $key
    AND (snapshots.captured_at, snapshots.snapshot_id) >= ($captured_at, $capture_id);
