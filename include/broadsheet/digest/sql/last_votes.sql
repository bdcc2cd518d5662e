-- The upvotes that one list last told of some papers up to a time.
SELECT paper_id, arg_max(upvotes, o.snapshot_id) AS upvotes
FROM observations AS o
JOIN snapshots AS s USING (snapshot_id)
WHERE s.list_kind = $kind AND s.list_key = $key AND s.captured_at <= $moment
    AND paper_id IN (SELECT unnest($papers::JSON::VARCHAR[])) AND upvotes IS NOT NULL
GROUP BY paper_id
