-- The newest readable capture of a list before a moment: a witness if its board is held.
SELECT capture_id, captured_at, truncated, verdict IN ('partial', 'stale') AS is_held
FROM captures
WHERE
    list_kind = $kind AND list_key = $key AND (captured_at, capture_id) < ($captured_at, $capture_id)
    AND part_of IS NULL AND entries > 0
    AND (verdict IN ('ok', 'unchanged') OR capture_id IN (SELECT capture_id FROM held_observations))
ORDER BY captured_at DESC, capture_id DESC
LIMIT 1;
