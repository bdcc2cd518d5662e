-- Which revision a list last showed of some papers before a moment. $papers: VARCHAR[]
SELECT paper_id, last(revision_id ORDER BY captured_at, snapshot_id)
FROM showings
WHERE
    list_kind = $kind AND list_key = $key AND (captured_at, snapshot_id) < ($captured_at, $capture_id)
    AND paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]))
GROUP BY paper_id;
