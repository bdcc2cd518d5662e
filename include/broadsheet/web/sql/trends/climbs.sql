-- The farthest way up of each paper within one unbroken stay on one list, from $begin to $end: from the lowest rank to
-- the best one after it.
WITH numbered AS (
    SELECT
        snapshot_id, list_kind, list_key, captured_at,
        row_number() OVER (PARTITION BY list_kind, list_key ORDER BY captured_at, snapshot_id) AS turn
    FROM snapshots
    WHERE
        captured_at >= $begin AND captured_at < $end
        AND list_kind <> 'paper'
        AND ($kind IS NULL OR list_kind = $kind)
        AND ($key IS NULL OR list_key = $key)
),
stays AS (
    SELECT
        numbered.list_kind, numbered.list_key, numbered.turn, numbered.captured_at, observations.paper_id,
        observations.rank,
        numbered.turn - row_number() OVER (
            PARTITION BY numbered.list_kind, numbered.list_key, observations.paper_id ORDER BY numbered.turn
        ) AS stay
    FROM observations
    JOIN numbered USING (snapshot_id)
    WHERE observations.rank IS NOT NULL
),
ways AS (
    SELECT *, max(rank) OVER (PARTITION BY list_kind, list_key, paper_id, stay ORDER BY turn) AS lowest
    FROM stays
)
SELECT list_kind, list_key, paper_id, lowest, rank, lowest - rank AS climbed, captured_at
FROM ways
WHERE lowest > rank
QUALIFY row_number() OVER (
    PARTITION BY paper_id ORDER BY lowest - rank DESC, rank, captured_at, list_kind, list_key
) = 1
ORDER BY climbed DESC, rank, paper_id
LIMIT $most;
