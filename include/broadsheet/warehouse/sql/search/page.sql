-- Some of the papers that a question finds, how many it finds in all, and what each paper last stood at.
-- $question: VARCHAR, $limit, $offset: BIGINT
WITH page AS MATERIALIZED (
    SELECT *, count(*) OVER () AS total, row_number() OVER () AS rank
    FROM search_papers($question)
    LIMIT $limit OFFSET $offset
),
seen AS (
    SELECT
        observations.paper_id, max(snapshots.captured_at) AS last_seen_at,
        arg_max(observations.upvotes, snapshots.captured_at) AS upvotes
    FROM page
    JOIN observations USING (paper_id)
    JOIN snapshots USING (snapshot_id)
    GROUP BY observations.paper_id
)
SELECT page.*, seen.last_seen_at, seen.upvotes
FROM page
LEFT JOIN seen USING (paper_id)
ORDER BY page.rank;
