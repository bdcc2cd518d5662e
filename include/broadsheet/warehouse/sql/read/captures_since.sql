-- The captures of lists from a moment on, in order.
SELECT capture_id, captured_at, list_kind, list_key, verdict, reason, entries, snapshot_id
FROM captures
WHERE captured_at >= $since AND list_kind IS NOT NULL
ORDER BY captured_at, capture_id;
