-- The days on which a list, or the newest of a kind of dated lists, changed: newest first, $most of them behind $offset,
-- of one $source unless it is NULL, not before $since unless that is NULL.
WITH told AS (
    SELECT
        CASE
            WHEN list_kind IN ('daily', 'weekly', 'monthly') OR list_key = '' THEN list_kind
            ELSE list_kind || ':' || list_key
        END AS source,
        captured_at
    FROM snapshots
    WHERE list_kind <> 'paper' AND ($since IS NULL OR captured_at >= $since)
)
SELECT source, CAST(captured_at AS DATE) AS day, count(*) AS snapshots, max(captured_at) AS as_of
FROM told
WHERE $source IS NULL OR source = $source
GROUP BY source, day
ORDER BY day DESC, source
LIMIT $most OFFSET $offset;
