-- Where a paper stood on each list that ever showed it, snapshot by snapshot from its first there to its last;
-- present is false for those that it was absent from, replaced_at NULL for the list's newest. $paper: VARCHAR
WITH seen AS (
    SELECT snapshots.list_kind, snapshots.list_key, snapshots.captured_at, observations.*
    FROM observations
    JOIN snapshots USING (snapshot_id)
    WHERE observations.paper_id = $paper
),
stays AS (
    SELECT list_kind, list_key, min(captured_at) AS first_at, max(captured_at) AS last_at
    FROM seen
    GROUP BY list_kind, list_key
),
followers AS (
    SELECT list_kind, list_key, min(captured_at) AS next_at
    FROM snapshots
    JOIN stays USING (list_kind, list_key)
    WHERE captured_at > last_at
    GROUP BY list_kind, list_key
)
SELECT
    snapshots.list_kind, snapshots.list_key, snapshots.captured_at, seen.paper_id IS NOT NULL AS present,
    seen.rank, seen.upvotes, seen.github_stars,
    lead(snapshots.captured_at, 1, followers.next_at) OVER (
        PARTITION BY snapshots.list_kind, snapshots.list_key ORDER BY snapshots.captured_at, snapshots.snapshot_id
    ) AS replaced_at
FROM snapshots
JOIN stays USING (list_kind, list_key)
LEFT JOIN followers USING (list_kind, list_key)
LEFT JOIN seen USING (snapshot_id)
WHERE snapshots.captured_at BETWEEN stays.first_at AND stays.last_at
ORDER BY snapshots.captured_at, snapshots.snapshot_id;
