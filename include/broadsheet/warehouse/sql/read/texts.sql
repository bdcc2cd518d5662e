-- The comparable text of some revisions. $ids: BIGINT[]
SELECT revision_id, title, abstract, ai_summary, github_url, organization, project_url
FROM revisions
WHERE revision_id IN (SELECT unnest($ids::JSON::BIGINT[]));
