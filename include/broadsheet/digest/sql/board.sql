-- The board of one snapshot, in order.
SELECT paper_id, rank, upvotes, github_stars
FROM observations
WHERE snapshot_id = $snapshot
ORDER BY rank, paper_id
