-- A list's snapshot as of a moment (NULL: now), those beside it, its first and its newest. $kind, $key, $at
WITH moments AS (
    SELECT captured_at FROM snapshots WHERE list_kind = $kind AND list_key = $key
),
standing AS (
    SELECT
        min(captured_at) AS first_at,
        max(captured_at) AS newest_at,
        max(captured_at) FILTER (coalesce(captured_at <= $at, true)) AS stood_at
    FROM moments
)
SELECT
    *,
    (SELECT max(captured_at) FROM moments WHERE captured_at < stood_at) AS earlier_at,
    (SELECT min(captured_at) FROM moments WHERE captured_at > stood_at) AS later_at
FROM standing;
