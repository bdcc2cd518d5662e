-- Each source: a list without a date, or all lists of one of the other kinds together (then list_key is NULL).
-- last_key: the list that was asked for last.
WITH health AS (
    SELECT
        *, CASE WHEN list_kind IN ('daily', 'weekly', 'monthly', 'paper') THEN NULL ELSE list_key END AS source_key
    FROM source_health
    WHERE list_kind IS NOT NULL
)
SELECT
    list_kind, source_key AS list_key, arg_max(list_key, last_capture_at) AS last_key,
    max(last_capture_at) AS last_capture_at,
    arg_max(last_verdict, last_capture_at) AS last_verdict,
    arg_max(last_reason, last_capture_at) AS last_reason,
    max(last_believed_at) AS last_believed_at,
    max(last_changed_at) AS last_changed_at,
    CAST(sum(captures) AS BIGINT) AS captures,
    CAST(sum(doubted) AS BIGINT) AS doubted
FROM health
GROUP BY list_kind, source_key
ORDER BY last_capture_at DESC, list_kind, source_key
LIMIT $most;
