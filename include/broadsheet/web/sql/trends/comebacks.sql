-- The papers that came back from $begin to $end after the longest absences.
SELECT list_kind, list_key, paper_id, title, captured_at, rank, left_at, rank_when_left
FROM comebacks
WHERE
    captured_at >= $begin AND captured_at < $end AND left_at IS NOT NULL
    AND ($kind IS NULL OR list_kind = $kind)
    AND ($key IS NULL OR list_key = $key)
ORDER BY captured_at - left_at DESC, rank, paper_id, list_kind, list_key
LIMIT $most;
