-- A list's changes from a moment on.
SELECT
    seq, snapshot_id, previous_snapshot_id, paper_id, change, rank, previous_rank, upvotes, previous_upvotes, fields
FROM changes
WHERE list_kind = $kind AND list_key = $key AND (captured_at, snapshot_id) >= ($captured_at, $capture_id)
ORDER BY seq;
