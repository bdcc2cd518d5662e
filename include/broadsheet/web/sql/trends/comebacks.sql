-- The papers that came back from $begin to $end after the longest absences; the rank when they left.
WITH back AS (
    SELECT list_kind, list_key, paper_id, captured_at, rank
    FROM changes
    WHERE
        change = 'returned' AND captured_at >= $begin AND captured_at < $end
        AND ($kind IS NULL OR list_kind = $kind)
        AND ($key IS NULL OR list_key = $key)
),
gone AS (
    SELECT list_kind, list_key, paper_id, captured_at AS left_at, previous_rank AS rank_when_left
    FROM changes
    WHERE change = 'left' AND paper_id IN (SELECT paper_id FROM back)
)
SELECT
    back.list_kind, back.list_key, back.paper_id, back.captured_at, back.rank, gone.left_at, gone.rank_when_left
FROM back
ASOF JOIN gone
    ON
        back.list_kind = gone.list_kind AND back.list_key = gone.list_key AND back.paper_id = gone.paper_id
        AND back.captured_at > gone.left_at
ORDER BY back.captured_at - gone.left_at DESC, back.rank, back.paper_id, back.list_kind, back.list_key
LIMIT $most;
