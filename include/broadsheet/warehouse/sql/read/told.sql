-- Everything a list had told of some papers before a moment, in order. $papers: VARCHAR[]
SELECT
    showings.paper_id, revisions.title, revisions.abstract, revisions.ai_summary, revisions.github_url,
    revisions.organization, revisions.project_url
FROM showings
JOIN revisions USING (paper_id, revision_id)
WHERE
    showings.list_kind = $kind AND list_key = $key AND (captured_at, snapshot_id) < ($captured_at, $capture_id)
    AND showings.paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]))
ORDER BY captured_at, snapshot_id;
