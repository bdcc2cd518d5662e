-- The trending list now, beside the snapshot before it. on_list_since: where the unbroken stay began.
CREATE OR REPLACE VIEW trending_now AS
WITH newest AS (
    SELECT snapshot_id, captured_at
    FROM snapshots
    WHERE list_kind = 'trending'
    ORDER BY captured_at DESC, snapshot_id DESC
    LIMIT 2
),
recent AS (
    SELECT *, row_number() OVER (ORDER BY captured_at DESC, snapshot_id DESC) AS age FROM newest
),
boards AS MATERIALIZED (
    SELECT observations.*, recent.captured_at, recent.age FROM observations JOIN recent USING (snapshot_id)
),
now AS (
    SELECT * FROM boards WHERE age = 1
),
before AS (
    SELECT * FROM boards WHERE age = 2
),
stays AS (
    SELECT paper_id, max(captured_at) FILTER (change IN ('entered', 'returned')) AS came_at
    FROM changes
    WHERE list_kind = 'trending' AND paper_id IN (SELECT paper_id FROM now)
    GROUP BY paper_id
)
SELECT
    now.rank, before.rank AS previous_rank, now.paper_id, papers.title, now.upvotes,
    now.upvotes - before.upvotes AS gained, now.num_comments, now.github_stars, papers.organization,
    papers.github_url, coalesce(stays.came_at, papers.first_seen_at) AS on_list_since, now.captured_at
FROM now
JOIN papers_told_of((SELECT list(paper_id) FROM now)) AS papers USING (paper_id)
LEFT JOIN before USING (paper_id)
LEFT JOIN stays USING (paper_id)
ORDER BY now.rank;
