-- The longest unbroken stays of which some part lies between $begin and $end, as they stood at the end. A stay that goes
-- back beyond $begin began with the paper's last arrival on the list, or with the list's first snapshot.
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
sights AS (
    SELECT
        numbered.list_kind, numbered.list_key, numbered.turn, numbered.captured_at, observations.paper_id,
        observations.rank,
        numbered.turn - row_number() OVER (
            PARTITION BY numbered.list_kind, numbered.list_key, observations.paper_id ORDER BY numbered.turn
        ) AS stay
    FROM observations
    JOIN numbered USING (snapshot_id)
),
stays AS (
    SELECT
        list_kind, list_key, paper_id, min(turn) AS first_turn, min(captured_at) AS seen_from,
        max(captured_at) AS lasted_to, min(rank) AS best_rank
    FROM sights
    GROUP BY list_kind, list_key, paper_id, stay
),
arrivals AS (
    SELECT stays.list_kind, stays.list_key, stays.paper_id, max(changes.captured_at) AS came_at
    FROM stays
    JOIN changes USING (list_kind, list_key, paper_id)
    WHERE
        stays.first_turn = 1 AND changes.change IN ('entered', 'returned')
        AND changes.captured_at <= stays.seen_from
        -- A list: so that only what may be of these papers is read.
        AND changes.paper_id IN (SELECT unnest((SELECT list(paper_id) FROM stays WHERE first_turn = 1)))
    GROUP BY ALL
),
firsts AS (
    SELECT list_kind, list_key, min(captured_at) AS first_at FROM snapshots GROUP BY ALL
),
whole AS (
    SELECT
        stays.list_kind, stays.list_key, stays.paper_id, stays.lasted_to, stays.best_rank,
        CASE WHEN first_turn = 1 THEN coalesce(came_at, first_at) ELSE seen_from END AS began_at
    FROM stays
    JOIN firsts USING (list_kind, list_key)
    LEFT JOIN arrivals USING (list_kind, list_key, paper_id)
)
FROM whole
WHERE lasted_to > began_at
ORDER BY lasted_to - began_at DESC, best_rank, paper_id, list_kind, list_key
LIMIT $most;
