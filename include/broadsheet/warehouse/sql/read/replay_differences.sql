-- How the captures of this file differ from those of the file attached as "stored", a row a difference.
WITH here AS (
    SELECT *, concat_ws(':', list_kind, nullif(list_key, '')) AS list FROM captures
),
there AS (
    SELECT *, concat_ws(':', list_kind, nullif(list_key, '')) AS list FROM stored.captures
),
both_sides AS (
    SELECT
        capture_id, coalesce(here.captured_at, there.captured_at) AS captured_at,
        coalesce(nullif(here.list, ''), nullif(there.list, '')) AS list, here, there
    FROM here
    FULL JOIN there USING (capture_id)
),
ours AS (
    SELECT snapshot_id, paper_id, rank, [upvotes, num_comments, github_stars] AS counts FROM observations
),
theirs AS (
    SELECT snapshot_id, paper_id, rank, [upvotes, num_comments, github_stars] AS counts FROM stored.observations
),
papers_apart AS (
    SELECT
        snapshot_id,
        count(*) FILTER (ours.rank IS DISTINCT FROM theirs.rank) AS order_apart,
        count(*) FILTER (ours.rank IS NOT DISTINCT FROM theirs.rank AND ours.counts IS DISTINCT FROM theirs.counts)
            AS counts_apart
    FROM ours
    FULL JOIN theirs USING (snapshot_id, paper_id)
    SEMI JOIN stored.snapshots USING (snapshot_id)
    SEMI JOIN snapshots USING (snapshot_id)
    GROUP BY snapshot_id
),
texts_apart AS (
    SELECT snapshot_id, count(DISTINCT paper_id) AS papers
    FROM (
        (FROM showings EXCEPT FROM stored.showings)
        UNION ALL
        (FROM stored.showings EXCEPT FROM showings)
    )
    SEMI JOIN stored.snapshots USING (snapshot_id)
    SEMI JOIN snapshots USING (snapshot_id)
    GROUP BY snapshot_id
)
SELECT capture_id, captured_at, list, unnest.what, unnest.stored, unnest.replayed
FROM both_sides, unnest([
    {'what': 'verdict', 'stored': there.verdict, 'replayed': here.verdict},
    {'what': 'parser', 'stored': there.parser, 'replayed': here.parser},
    {'what': 'list', 'stored': there.list, 'replayed': here.list},
    {'what': 'entries', 'stored': there.entries::VARCHAR, 'replayed': here.entries::VARCHAR}
]) AS compared(unnest)
WHERE here.capture_id IS NOT NULL AND there.capture_id IS NOT NULL
    AND unnest.stored IS DISTINCT FROM unnest.replayed
UNION ALL
SELECT
    capture_id, captured_at, list, 'missing',
    if(there.capture_id IS NULL, 'not loaded yet', 'loaded'), if(here.capture_id IS NULL, 'not in the archive', 'there')
FROM both_sides
WHERE here.capture_id IS NULL OR there.capture_id IS NULL
UNION ALL
SELECT capture_id, captured_at, list, 'order', NULL, format('{} papers', order_apart)
FROM papers_apart JOIN both_sides ON capture_id = snapshot_id
WHERE order_apart > 0
UNION ALL
SELECT capture_id, captured_at, list, 'counts', NULL, format('{} papers', counts_apart)
FROM papers_apart JOIN both_sides ON capture_id = snapshot_id
WHERE counts_apart > 0
UNION ALL
SELECT capture_id, captured_at, list, 'texts', NULL, format('{} papers', papers)
FROM texts_apart JOIN both_sides ON capture_id = snapshot_id
ORDER BY captured_at, capture_id;
