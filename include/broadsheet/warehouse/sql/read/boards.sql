-- The papers of some snapshots, in order. $ids: BIGINT[]
SELECT snapshot_id, paper_id, rank, upvotes, num_comments, github_stars
FROM observations
WHERE snapshot_id IN (SELECT unnest($ids::JSON::BIGINT[]))
ORDER BY snapshot_id, rank NULLS FIRST;
