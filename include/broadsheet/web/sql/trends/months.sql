-- The months in which the lists were looked at: '2026-11', the oldest first.
SELECT strftime(make_date(year, month, 1), '%Y-%m') AS month
FROM (
    SELECT DISTINCT year(captured_at) AS year, month(captured_at) AS month
    FROM snapshots
    WHERE list_kind <> 'paper' AND ($kind IS NULL OR list_kind = $kind) AND ($key IS NULL OR list_key = $key)
)
ORDER BY month;
