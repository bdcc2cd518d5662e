-- Some polls: what came, what it was believed to say, and every third time what moved. $since, $before: BIGINT
INSERT INTO {captures} BY NAME
SELECT
    number_of(poll) AS capture_id, polled_at(poll) AS captured_at, 'https://hub.example/papers/trending' AS url,
    200 AS status, sha256(poll::VARCHAR) AS sha256, 600000 + (hash(poll) % 9999)::BIGINT AS bytes, 'ok' AS verdict,
    'differs from what stood before' AS reason, 'hydration' AS parser, number_of(poll) AS snapshot_id,
    'trending' AS list_kind, '' AS list_key, 50 AS entries, 'trending' AS asked, false AS truncated,
    strftime(polled_at(poll), '%Y-%m-%d.warc.gz') AS archive_file, poll % 100 * 80000 AS archive_offset
FROM range($since, $before) AS polls(poll);

INSERT INTO {snapshots} BY NAME
SELECT
    number_of(poll) AS snapshot_id, 'trending' AS list_kind, '' AS list_key, polled_at(poll) AS captured_at,
    50 AS entries, false AS truncated, 'hydration' AS parser
FROM range($since, $before) AS polls(poll);

INSERT INTO {changes} BY NAME
SELECT
    3 * poll + kind AS seq, number_of(poll) AS snapshot_id, number_of(poll - 1) AS previous_snapshot_id,
    'trending' AS list_kind, '' AS list_key, polled_at(poll) AS captured_at,
    paper_of(poll // 2 + [49, -1, 20][1 + kind]) AS paper_id, ['entered', 'left', 'gained'][1 + kind] AS change,
    CASE kind WHEN 1 THEN NULL ELSE 20 END AS rank, CASE kind WHEN 0 THEN NULL ELSE 20 END AS previous_rank,
    CASE kind WHEN 1 THEN NULL ELSE 9 END AS upvotes, CASE kind WHEN 0 THEN NULL ELSE 8 END AS previous_upvotes
FROM range($since, $before) AS polls(poll), range(3) AS kinds(kind)
WHERE poll % 2 = 0 AND poll > 0;
