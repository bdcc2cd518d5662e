-- Which revision a list last showed of some papers before a moment. $papers: VARCHAR[]
SELECT showings.paper_id, last(showings.revision_id ORDER BY snapshots.captured_at, snapshots.snapshot_id)
FROM showings
JOIN snapshots USING (snapshot_id)
WHERE
    snapshots.list_kind = $kind AND snapshots.list_key = $key
    AND (snapshots.captured_at, snapshots.snapshot_id) < ($captured_at, $capture_id)
    AND showings.paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]))
GROUP BY showings.paper_id;
