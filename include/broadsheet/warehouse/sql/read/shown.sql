-- Which revisions a list showed of some papers before a moment, and when. $papers: VARCHAR[], each once
SELECT captured_at, snapshot_id, paper_id, revision_id
FROM showings
JOIN (SELECT unnest($papers::JSON::VARCHAR[]) AS paper_id) AS asked USING (paper_id)
WHERE list_kind = $kind AND list_key = $key AND (captured_at, snapshot_id) < ($captured_at, $capture_id);
