-- The months in which the lists were looked at: '2026-11', the oldest first.
SELECT DISTINCT strftime(captured_at, '%Y-%m') AS month
FROM snapshots
WHERE list_kind <> 'paper' AND ($kind IS NULL OR list_kind = $kind) AND ($key IS NULL OR list_key = $key)
ORDER BY month;
