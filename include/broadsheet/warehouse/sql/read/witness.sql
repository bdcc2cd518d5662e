-- The newest capture of a list before a moment that showed a board or settled one; NULL unless that one is held.
-- A 304 that only confirms a snapshot leaves an older witness alone.
SELECT CASE WHEN verdict IN ('partial', 'stale') THEN capture_id END
FROM captures
WHERE
    list_kind = $kind AND list_key = $key AND (captured_at, capture_id) < ($captured_at, $capture_id)
    AND part_of IS NULL AND (entries > 0 OR snapshot_id = capture_id OR verdict IN ('partial', 'stale'))
    AND (verdict IN ('ok', 'unchanged') OR capture_id IN (SELECT capture_id FROM held_observations))
ORDER BY captured_at DESC, capture_id DESC
LIMIT 1;
