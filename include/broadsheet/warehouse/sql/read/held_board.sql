-- The papers of some held captures, in order. $ids: BIGINT[]
SELECT capture_id, paper_id, rank, upvotes, num_comments, github_stars, revision_id
FROM held_observations
WHERE capture_id IN (SELECT unnest($ids::JSON::BIGINT[]))
ORDER BY capture_id, rank NULLS FIRST;
