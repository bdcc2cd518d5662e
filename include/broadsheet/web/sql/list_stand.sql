-- A list's snapshot as of a moment (NULL: now), those beside it, its first and its newest. $kind, $key, $at
WITH moments AS (
    SELECT DISTINCT captured_at, coalesce(captured_at <= $at, true) AS by_then
    FROM snapshots
    WHERE list_kind = $kind AND list_key = $key
)
SELECT
    min(captured_at) AS first_at,
    max(captured_at) AS newest_at,
    max(captured_at) FILTER (by_then) AS stood_at,
    (max(captured_at, 2) FILTER (by_then))[2] AS earlier_at,
    min(captured_at) FILTER (NOT by_then) AS later_at
FROM moments;
