-- Papers that returned to a list, newest first, with the time they left it and the rank they had then.
CREATE OR REPLACE VIEW comebacks AS
WITH gone AS (
    SELECT list_kind, list_key, paper_id, captured_at AS left_at, previous_rank AS rank_when_left
    FROM changes
    WHERE change = 'left'
),
back AS (
    SELECT list_kind, list_key, paper_id, captured_at, rank, upvotes
    FROM changes
    WHERE change = 'returned'
)
SELECT
    back.captured_at, back.list_kind, back.list_key, back.paper_id, papers.title, back.rank, gone.left_at,
    gone.rank_when_left, back.captured_at - gone.left_at AS away
FROM back
ASOF LEFT JOIN gone
    ON
        back.list_kind = gone.list_kind AND back.list_key = gone.list_key AND back.paper_id = gone.paper_id
        AND back.captured_at > gone.left_at
JOIN search_documents AS papers ON back.paper_id = papers.paper_id
ORDER BY back.captured_at DESC, back.rank;
