-- Everything a list had told of some papers before a moment, in order. $papers: VARCHAR[]
SELECT
    showings.paper_id, revisions.title, revisions.abstract, revisions.ai_summary, revisions.github_url,
    revisions.organization, revisions.project_url
FROM showings
JOIN snapshots USING (snapshot_id)
JOIN revisions USING (paper_id, revision_id)
WHERE
    snapshots.list_kind = $kind AND snapshots.list_key = $key
    AND (snapshots.captured_at, snapshots.snapshot_id) < ($captured_at, $capture_id)
    AND showings.paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]))
ORDER BY snapshots.captured_at, snapshots.snapshot_id;
