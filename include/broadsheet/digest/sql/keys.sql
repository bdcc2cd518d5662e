-- The keys of one kind of dated list that had a snapshot up to a time, newest first.
SELECT DISTINCT list_key
FROM snapshots
WHERE list_kind = $kind AND captured_at <= $moment
ORDER BY list_key DESC
