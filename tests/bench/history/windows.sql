-- The changes of some snapshots by windows over the whole history, as a dbt model would tell them.
-- $steps: a JSON array of (old, new) numbers of snapshots
WITH steps AS (
    SELECT unnest(from_json($steps, '[{{"old": "BIGINT", "new": "BIGINT"}}]'), recursive := true)
),
turns AS (
    SELECT
        snapshot_id, paper_id, rank, upvotes,
        lag(snapshot_id) OVER turn AS last_id, lag(rank) OVER turn AS last_rank, lag(upvotes) OVER turn AS last_upvotes,
        lead(snapshot_id) OVER turn AS next_id
    FROM observations
    WINDOW turn AS (PARTITION BY paper_id ORDER BY snapshot_id)
)
SELECT
    new, paper_id,
    CASE
        WHEN last_id IS NULL THEN 'entered'
        WHEN last_id <> old THEN 'returned'
        WHEN rank < last_rank THEN 'rose'
        WHEN rank > last_rank THEN 'fell'
        ELSE 'gained'
    END AS change,
    rank, CASE WHEN last_id = old THEN last_rank END, upvotes, CASE WHEN last_id = old THEN last_upvotes END
FROM turns
JOIN steps ON turns.snapshot_id = steps.new
WHERE last_id IS DISTINCT FROM old OR rank <> last_rank OR upvotes > last_upvotes
UNION ALL
SELECT new, paper_id, 'left', NULL, rank, NULL, upvotes
FROM turns
JOIN steps ON turns.snapshot_id = steps.old
WHERE next_id IS DISTINCT FROM new
ORDER BY ALL;
