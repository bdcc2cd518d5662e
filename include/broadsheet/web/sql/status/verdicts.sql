-- How often each source was given which verdict on each day since $since.
SELECT
    list_kind,
    CASE WHEN list_kind IN ('daily', 'weekly', 'monthly', 'paper') THEN NULL ELSE list_key END AS list_key,
    CAST(captured_at AS DATE) AS day, verdict, count(*) AS captures
FROM captures
WHERE captured_at >= $since AND list_kind IS NOT NULL
GROUP BY ALL
ORDER BY ALL;
