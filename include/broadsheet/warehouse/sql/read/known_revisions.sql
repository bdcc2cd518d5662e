-- The papers that have a revision of these numbers stored. $ids: BIGINT[]
SELECT paper_id, revision_id FROM revisions WHERE revision_id IN (SELECT unnest($ids::JSON::BIGINT[]));
