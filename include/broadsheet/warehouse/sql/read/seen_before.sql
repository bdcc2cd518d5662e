-- Which of some papers a list showed before a moment, as often as with another text. What captured_at excludes alone is
-- not read. $papers: VARCHAR[]
SELECT paper_id
FROM showings
WHERE
    list_kind = $kind AND list_key = $key
    AND captured_at <= $captured_at AND (captured_at, snapshot_id) < ($captured_at, $capture_id)
    AND paper_id IN (SELECT unnest($papers::JSON::VARCHAR[]));
