-- The last day before a period and the first day after it on which a source changed. $source, $begins, $ends
WITH told AS NOT MATERIALIZED (
    SELECT
        CASE
            WHEN list_kind IN ('daily', 'weekly', 'monthly') OR list_key = '' THEN list_kind
            ELSE list_kind || ':' || list_key
        END AS source,
        captured_at
    FROM snapshots
)
SELECT
    CAST((
        SELECT captured_at FROM told WHERE source = $source AND captured_at < $begins
        ORDER BY captured_at DESC LIMIT 1
    ) AS DATE) AS earlier,
    CAST((
        SELECT captured_at FROM told WHERE source = $source AND captured_at >= $ends + INTERVAL 1 DAY
        ORDER BY captured_at LIMIT 1
    ) AS DATE) AS later;
