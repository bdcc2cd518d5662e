-- A list's captures that its walk passes, from a moment on, in order.
SELECT
    capture_id, captured_at, url, status, verdict, reason, parser, snapshot_id, entries, asked, truncated,
    date_header, age_header
FROM captures
WHERE
    list_kind = $kind AND list_key = $key AND (captured_at, capture_id) >= ($captured_at, $capture_id)
    AND part_of IS NULL
    AND (verdict IN ('ok', 'unchanged') OR capture_id IN (SELECT capture_id FROM held_observations))
ORDER BY captured_at, capture_id;
