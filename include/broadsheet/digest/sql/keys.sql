-- The keys of one kind of dated list that had a snapshot up to a time, newest first, and when each had its first.
SELECT list_key, min(captured_at) AS opened_at
FROM snapshots
WHERE list_kind = $kind AND captured_at <= $moment
GROUP BY list_key
ORDER BY list_key DESC
