-- Which of these (paper, revision) pairs are stored? $papers: VARCHAR[], $ids: BIGINT[], side by side
SELECT revisions.paper_id, revisions.revision_id
FROM revisions
JOIN (SELECT unnest($papers::JSON::VARCHAR[]) AS paper_id, unnest($ids::JSON::BIGINT[]) AS revision_id) AS asked
    USING (paper_id, revision_id);
