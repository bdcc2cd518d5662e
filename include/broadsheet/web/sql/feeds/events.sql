-- What befell papers on a list, or on every list of a kind ($key NULL), newest first and by rank within a snapshot:
-- they were there on its first snapshot, or they entered, returned or rose with more votes. $changes names which.
-- Looked through are $snapshots snapshots behind the place ($snapshot, $rank) and not before $since; at most $most
-- rows are told. Where all that happened was told, a row without a change ends it: how far was looked.
-- overtaken: of a paper that rose, how many it left behind of those that both snapshots hold.
WITH firsts AS (
    SELECT min(snapshot_id) AS snapshot_id
    FROM snapshots
    WHERE list_kind = $kind AND ($key IS NULL OR list_key = $key)
    GROUP BY list_key
),
looked AS (
    SELECT snapshot_id, list_kind, list_key, captured_at
    FROM snapshots
    WHERE
        list_kind = $kind AND ($key IS NULL OR list_key = $key)
        AND snapshot_id <= $snapshot AND captured_at >= $since
        -- The place is behind the last of its snapshot's papers.
        AND (snapshot_id < $snapshot OR $rank < 2147483647)
    ORDER BY snapshot_id DESC
    LIMIT $snapshots
),
listed AS (
    SELECT
        NULL AS seq, snapshot_id, NULL AS previous_snapshot_id, list_kind, list_key, captured_at, paper_id,
        'entered' AS change, rank, NULL AS previous_rank, upvotes, NULL AS previous_upvotes
    FROM looked
    JOIN firsts USING (snapshot_id)
    JOIN observations USING (snapshot_id)
),
changed AS (
    SELECT
        seq, snapshot_id, previous_snapshot_id, looked.list_kind, looked.list_key, looked.captured_at, paper_id,
        change, rank, previous_rank, upvotes, previous_upvotes
    FROM looked
    JOIN changes USING (snapshot_id)
    WHERE change IN ('entered', 'returned') OR (change = 'rose' AND upvotes > previous_upvotes IS NOT false)
),
told AS (
    SELECT *
    FROM (FROM listed UNION ALL FROM changed)
    WHERE
        change IN (SELECT unnest($changes::JSON::VARCHAR[]))
        AND (snapshot_id < $snapshot OR rank > $rank)
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
told_and_end AS (
    SELECT told.*, stayed.overtaken
    FROM told
    LEFT JOIN stayed USING (snapshot_id, paper_id)
    UNION ALL BY NAME
    SELECT min(snapshot_id) AS snapshot_id, 2147483647 AS rank
    FROM looked
    HAVING count(*) > 0 AND (SELECT count(*) FROM told) < $most
)
FROM told_and_end
ORDER BY snapshot_id DESC, rank;
