-- The years of which any list is known, newest first.
SELECT DISTINCT year
FROM (
    SELECT year(captured_at) AS year FROM snapshots WHERE list_kind = 'trending'
    UNION ALL
    SELECT CAST(left(list_key, 4) AS BIGINT) FROM snapshots WHERE list_kind IN ('daily', 'weekly', 'monthly')
)
ORDER BY year DESC;
