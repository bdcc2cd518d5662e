-- What a list showed anew from a moment on.
SELECT snapshot_id, paper_id, revision_id
FROM showings
WHERE
    list_kind = $kind AND list_key = $key AND (captured_at, snapshot_id) >= ($captured_at, $capture_id);
