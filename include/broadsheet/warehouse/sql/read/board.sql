-- The papers of one snapshot, in whatever order.
SELECT paper_id, rank, upvotes, num_comments, github_stars
FROM observations
WHERE snapshot_id = $id;
