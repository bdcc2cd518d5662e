-- The last day before a period and the first day after it on which a source changed. $source, $begins, $ends
WITH told AS (
    SELECT
        CASE
            WHEN list_kind IN ('daily', 'weekly', 'monthly') OR list_key = '' THEN list_kind
            ELSE list_kind || ':' || list_key
        END AS source,
        CAST(captured_at AS DATE) AS day
    FROM snapshots
)
SELECT max(day) FILTER (day < $begins) AS earlier, min(day) FILTER (day > $ends) AS later
FROM told
WHERE source = $source;
