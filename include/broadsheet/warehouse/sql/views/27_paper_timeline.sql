-- What happened to each paper, in order: its first sight on a list that had no snapshot before, then its changes.
CREATE OR REPLACE VIEW paper_timeline AS
WITH beginnings AS (
    SELECT list_kind, list_key, min(captured_at) AS captured_at FROM snapshots GROUP BY list_kind, list_key
),
firsts AS (
    SELECT list_kind, list_key, min(snapshot_id) AS snapshot_id
    FROM snapshots
    JOIN beginnings USING (list_kind, list_key, captured_at)
    GROUP BY list_kind, list_key
)
SELECT
    observations.paper_id, snapshots.captured_at, snapshots.list_kind, snapshots.list_key, 'first_listed' AS event,
    observations.rank, NULL AS previous_rank, observations.upvotes, NULL AS previous_upvotes, NULL AS fields
FROM firsts
JOIN snapshots USING (snapshot_id)
JOIN observations USING (snapshot_id)
UNION ALL
SELECT
    paper_id, captured_at, list_kind, list_key, change, rank, previous_rank, upvotes, previous_upvotes, fields
FROM changes
ORDER BY paper_id, captured_at, list_kind, list_key;
