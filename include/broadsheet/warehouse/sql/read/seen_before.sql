-- Which of some papers a list showed before a moment. $papers: VARCHAR[]
SELECT DISTINCT showings.paper_id
FROM showings
JOIN snapshots USING (snapshot_id)
WHERE
    snapshots.list_kind = $kind AND snapshots.list_key = $key
    AND (snapshots.captured_at, snapshots.snapshot_id) < ($captured_at, $capture_id)
    AND showings.paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]));
