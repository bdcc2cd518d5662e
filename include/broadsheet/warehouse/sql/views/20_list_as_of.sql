-- A list as it stood at a moment (UTC): FROM list_as_of('trending', '', TIMESTAMP '2026-11-17 09:00').
CREATE OR REPLACE MACRO list_as_of(kind, key, moment) AS TABLE
WITH standing AS (
    SELECT snapshot_id, captured_at
    FROM snapshots
    WHERE list_kind = kind AND list_key = key AND captured_at <= moment
    ORDER BY captured_at DESC, snapshot_id DESC
    LIMIT 1
)
SELECT
    observations.rank, observations.paper_id, papers.title, observations.upvotes, observations.num_comments,
    observations.github_stars, standing.captured_at, standing.snapshot_id
FROM standing
JOIN observations USING (snapshot_id)
JOIN search_documents AS papers USING (paper_id)
ORDER BY observations.rank;
