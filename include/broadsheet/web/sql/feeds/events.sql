-- What befell papers on a list, or on every list of a kind ($key NULL), newest first and by rank within a snapshot:
-- they were there on its first snapshot, or they entered, returned or rose with more votes. $changes names which.
-- Behind the place ($snapshot, $rank), at most $most.
-- overtaken: of a paper that rose, how many it left behind of those that both snapshots hold.
-- left_at: when a paper that returned had left.
WITH firsts AS (
    SELECT arg_min(snapshot_id, (captured_at, snapshot_id)) AS snapshot_id
    FROM snapshots
    WHERE list_kind = $kind AND ($key IS NULL OR list_key = $key)
    GROUP BY list_key
),
listed AS (
    SELECT
        NULL AS seq, snapshot_id, NULL AS previous_snapshot_id, list_kind, list_key, captured_at, paper_id,
        'entered' AS change, rank, NULL AS previous_rank, upvotes, NULL AS previous_upvotes
    FROM firsts
    JOIN snapshots USING (snapshot_id)
    JOIN observations USING (snapshot_id)
),
changed AS (
    SELECT
        seq, snapshot_id, previous_snapshot_id, list_kind, list_key, captured_at, paper_id, change, rank,
        previous_rank, upvotes, previous_upvotes
    FROM changes
    WHERE
        list_kind = $kind AND ($key IS NULL OR list_key = $key)
        AND (change IN ('entered', 'returned') OR (change = 'rose' AND upvotes > previous_upvotes IS NOT false))
),
told AS (
    SELECT *
    FROM (FROM listed UNION ALL FROM changed)
    WHERE
        change IN (SELECT unnest($changes::JSON::VARCHAR[]))
        AND (snapshot_id < $snapshot OR (snapshot_id = $snapshot AND rank > $rank))
    ORDER BY snapshot_id DESC, rank
    LIMIT $most
),
rises AS (
    SELECT DISTINCT snapshot_id, previous_snapshot_id FROM told WHERE change = 'rose'
),
stayed AS (
    SELECT
        rises.snapshot_id, now.paper_id,
        row_number() OVER (PARTITION BY rises.snapshot_id ORDER BY before.rank)
        - row_number() OVER (PARTITION BY rises.snapshot_id ORDER BY now.rank) AS overtaken
    FROM rises
    JOIN observations AS now ON rises.snapshot_id = now.snapshot_id
    JOIN observations AS before
        ON rises.previous_snapshot_id = before.snapshot_id AND now.paper_id = before.paper_id
),
departures AS (
    SELECT told.seq, max(gone.captured_at) AS left_at
    FROM told
    JOIN changes AS gone USING (list_kind, list_key, paper_id)
    WHERE told.change = 'returned' AND gone.change = 'left' AND gone.captured_at < told.captured_at
    GROUP BY told.seq
)
SELECT told.*, stayed.overtaken, departures.left_at
FROM told
LEFT JOIN stayed USING (snapshot_id, paper_id)
LEFT JOIN departures USING (seq)
ORDER BY told.snapshot_id DESC, told.rank;
