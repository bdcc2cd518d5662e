-- The sources that there are editions of: lists and kinds of dated lists, trending first.
SELECT DISTINCT
    CASE
        WHEN list_kind IN ('daily', 'weekly', 'monthly') OR list_key = '' THEN list_kind
        ELSE list_kind || ':' || list_key
    END AS source,
    list_position(['trending', 'daily', 'weekly', 'monthly'], list_kind) AS place
FROM snapshots
WHERE list_kind <> 'paper'
ORDER BY place NULLS LAST, source;
