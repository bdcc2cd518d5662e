-- A stretch of the numbered stream between two numbers, its near end first: the newest, or the oldest.
-- left_at: when a paper that came back had left the list.
WITH selected AS NOT MATERIALIZED (
    SELECT
        seq, snapshot_id, list_kind, list_key, captured_at, paper_id, change, rank, previous_rank, upvotes,
        previous_upvotes, fields
    FROM changes
    WHERE
        seq > $after AND seq < $before
        AND ($kind IS NULL OR list_kind = $kind)
        AND ($key IS NULL OR list_key = $key)
        AND ($paper IS NULL OR paper_id = $paper)
        AND ($snapshot IS NULL OR snapshot_id = $snapshot)
        AND ($changes IS NULL OR list_contains($changes::JSON::VARCHAR[], change))
),
-- Ordered by the number itself: so little is read of what lies behind the stretch.
stretch AS (
    (FROM selected WHERE $newest_first ORDER BY seq DESC LIMIT $most)
    UNION ALL
    (FROM selected WHERE NOT $newest_first ORDER BY seq LIMIT $most)
),
departures AS (
    SELECT stretch.seq, max(gone.captured_at) AS left_at
    FROM stretch
    JOIN changes AS gone USING (list_kind, list_key, paper_id)
    WHERE stretch.change = 'returned' AND gone.change = 'left' AND gone.captured_at < stretch.captured_at
    GROUP BY stretch.seq
)
SELECT stretch.*, departures.left_at
FROM stretch
LEFT JOIN departures USING (seq)
ORDER BY CASE WHEN $newest_first THEN -stretch.seq ELSE stretch.seq END;
