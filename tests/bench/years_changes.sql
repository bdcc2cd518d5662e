-- From the boards in `seen` to all that loading would have written.
CREATE TEMP TABLE named AS
SELECT
    paper,
    format(
        '{}.{:05d}', strftime(make_timestamp((min(snapshot_id) >> 20) * 1000000), '%y%m'), 10000 + paper % 20000
    ) AS paper_id,
    hash(paper) >> 1 AS revision_id,
    min(snapshot_id) AS first_id
FROM seen
GROUP BY paper;

INSERT INTO open_captures BY NAME
SELECT
    snapshot_id AS capture_id, make_timestamp((snapshot_id >> 20) * 1000000) AS captured_at,
    'https://huggingface.co/api/daily_papers?sort=trending&limit=100' AS url, 200 AS status,
    sha256(snapshot_id::VARCHAR) AS sha256, 90000 + hash(snapshot_id) % 20000 AS bytes, 'ok' AS verdict,
    'a new board' AS reason, 'api' AS parser, snapshot_id, 'trending' AS list_kind, '' AS list_key, 50 AS entries,
    'trending' AS asked, false AS truncated,
    strftime(make_timestamp((snapshot_id >> 20) * 1000000), '%a, %d %b %Y %H:%M:%S GMT') AS date_header,
    strftime(make_timestamp((snapshot_id >> 20) * 1000000), 'captures/%Y/%m/%d.warc.gz') AS archive_file,
    (poll % 96) * 15000 + hash(snapshot_id) % 3000 AS archive_offset
FROM seen
WHERE rank = 1
ORDER BY poll;

INSERT INTO open_snapshots BY NAME
SELECT
    snapshot_id, list_kind, list_key, captured_at, entries, truncated, parser
FROM open_captures
ORDER BY snapshot_id;

INSERT INTO open_observations BY NAME
SELECT snapshot_id, paper_id, rank, upvotes, num_comments, github_stars
FROM seen
JOIN named USING (paper)
ORDER BY snapshot_id, rank;

INSERT INTO open_showings BY NAME
SELECT
    first_id AS snapshot_id, 'trending' AS list_kind, '' AS list_key,
    make_timestamp((first_id >> 20) * 1000000) AS captured_at, paper_id, revision_id
FROM named
ORDER BY first_id, paper;

INSERT INTO open_revisions BY NAME
SELECT
    revision_id, paper_id, lower(title) AS title_key, title,
    array_to_string(list_transform(range(150), lambda n: 'w' || (hash(paper, n) % 9000)::VARCHAR), ' ') AS abstract,
    ['A. Author ' || paper % 977, 'B. Author ' || paper % 1009] AS authors, 2 AS num_authors, '{}' AS details
FROM (SELECT *, 'On the matter of ' || paper AS title FROM named)
ORDER BY first_id, paper;

INSERT INTO open_changes BY NAME
SELECT
    row_number() OVER (ORDER BY poll, rank) AS seq, snapshot_id, previous_snapshot_id, 'trending' AS list_kind,
    '' AS list_key, make_timestamp((snapshot_id >> 20) * 1000000) AS captured_at, paper_id, change, rank,
    if(change = 'entered', NULL, previous_rank) AS previous_rank, upvotes,
    if(change = 'entered', NULL, previous_upvotes) AS previous_upvotes
FROM (
    SELECT
        *,
        CASE
            WHEN previous_rank IS NULL THEN 'entered'
            WHEN rank < previous_rank THEN 'rose'
            WHEN rank > previous_rank THEN 'fell'
            WHEN upvotes > previous_upvotes THEN 'gained'
        END AS change
    FROM (
        SELECT
            poll, snapshot_id, paper, rank, upvotes, lag(rank) OVER paper AS previous_rank,
            lag(upvotes) OVER paper AS previous_upvotes
        FROM seen
        WINDOW paper AS (PARTITION BY paper ORDER BY poll)
    )
    JOIN (
        SELECT poll + 1 AS poll, snapshot_id AS previous_snapshot_id FROM seen WHERE rank = 1
    ) USING (poll)
)
JOIN named USING (paper)
WHERE change IS NOT NULL
ORDER BY seq;

INSERT INTO heads BY NAME
SELECT
    'trending' AS list_kind, '' AS list_key, max(captured_at) AS captured_at, max(capture_id) AS capture_id,
    max(capture_id) AS baseline_id
FROM open_captures;

UPDATE warehouse_info SET next_seq = (SELECT max(seq) + 1 FROM open_changes);
