-- Snapshots of a list, newest first: $limit of them before the snapshot $before and not after $until; either may be
-- NULL.
WITH page AS (
    SELECT snapshot_id, captured_at, entries, truncated
    FROM snapshots
    WHERE
        list_kind = $kind AND list_key = $key
        AND ($before IS NULL OR snapshot_id < $before)
        AND ($until IS NULL OR captured_at <= $until)
    ORDER BY snapshot_id DESC
    LIMIT $limit
)
SELECT
    page.snapshot_id, page.captured_at, page.entries, page.truncated,
    count(changes.seq) AS changes,
    count(*) FILTER (changes.change = 'entered') AS entered,
    count(*) FILTER (changes.change = 'returned') AS returned,
    count(*) FILTER (changes.change = 'left') AS "left"
FROM page
LEFT JOIN changes USING (snapshot_id)
GROUP BY ALL
ORDER BY page.snapshot_id DESC;
