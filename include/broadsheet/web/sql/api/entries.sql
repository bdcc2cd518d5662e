-- The papers of a snapshot in order of rank, each beside its place on an earlier one. $snapshot, $earlier
WITH now AS (
    FROM observations WHERE snapshot_id = $snapshot
)
SELECT
    now.rank, before.rank AS previous_rank, before.rank - now.rank AS movement, now.paper_id, papers.title,
    now.upvotes, now.upvotes - before.upvotes AS gained, now.num_comments, now.github_stars, papers.organization,
    papers.github_url
FROM now
LEFT JOIN (FROM observations WHERE snapshot_id = $earlier) AS before USING (paper_id)
JOIN papers_told_of((SELECT list(paper_id) FROM now)) AS papers USING (paper_id)
ORDER BY now.rank;
