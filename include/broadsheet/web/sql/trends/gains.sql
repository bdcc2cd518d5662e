-- What gained votes from $begin to $end, and from $before to $begin: AI keywords, organisations, authors, papers, and
-- all papers together. The first $most of each.
--
-- A paper's votes are the hub's, whichever list shows them, so each paper counts once. Its gain is by how much the most
-- votes it was seen with exceed those it was first seen with; a day's gain is by how much the day exceeds all before.
-- Votes that are taken back are no gain, and coming again they are none either.
WITH sights AS (
    SELECT
        observations.paper_id, observations.upvotes, snapshots.snapshot_id, snapshots.captured_at,
        snapshots.captured_at >= $begin AS is_now
    FROM observations
    JOIN snapshots USING (snapshot_id)
    WHERE
        snapshots.captured_at >= $before AND snapshots.captured_at < $end
        AND snapshots.list_kind <> 'paper'
        AND ($kind IS NULL OR snapshots.list_kind = $kind)
        AND ($key IS NULL OR snapshots.list_key = $key)
),
days AS (
    SELECT
        is_now, paper_id, CAST(captured_at AS DATE) AS day, max(upvotes) AS most,
        arg_min(upvotes, (captured_at, snapshot_id)) AS at_first
    FROM sights
    GROUP BY ALL
),
gains AS (
    SELECT
        is_now, paper_id, day,
        greatest(
            0, most - coalesce(max(most) OVER earlier, first_value(at_first IGNORE NULLS) OVER all_days)
        ) AS gained
    FROM days
    WINDOW
        earlier AS (PARTITION BY is_now, paper_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        all_days AS (PARTITION BY is_now, paper_id ORDER BY day)
),
about AS (
    SELECT paper_id, organization, authors, ai_keywords, first_seen_at
    FROM papers_told_of((SELECT list(DISTINCT paper_id) FROM gains))
),
labels AS (
    SELECT 'all' AS subject, '' AS label, paper_id FROM about
    UNION ALL
    SELECT 'paper', paper_id, paper_id FROM about
    UNION ALL
    SELECT 'organization', trim(organization), paper_id FROM about WHERE trim(organization) <> ''
    UNION ALL
    SELECT DISTINCT 'author', trim(name), paper_id
    FROM (SELECT paper_id, unnest(authors) AS name FROM about)
    WHERE trim(name) <> ''
    UNION ALL
    SELECT DISTINCT 'keyword', lower(trim(name)), paper_id
    FROM (SELECT paper_id, unnest(ai_keywords) AS name FROM about)
    WHERE trim(name) <> ''
),
by_paper AS (
    SELECT is_now, paper_id, sum(gained) AS votes FROM gains GROUP BY ALL
),
totals AS (
    SELECT
        is_now, subject, label, CAST(sum(votes) AS BIGINT) AS votes, count(*) AS papers,
        count(*) FILTER (first_seen_at >= $begin AND first_seen_at < $end) AS newcomers
    FROM by_paper
    JOIN labels USING (paper_id)
    JOIN about USING (paper_id)
    GROUP BY ALL
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY is_now, subject ORDER BY votes DESC, papers DESC, label) AS place
    FROM totals
),
foremost AS (
    FROM placed WHERE is_now AND place <= $most
),
by_day AS (
    SELECT subject, label, day, CAST(sum(gained) AS BIGINT) AS gained
    FROM foremost
    JOIN labels USING (subject, label)
    JOIN gains USING (paper_id)
    WHERE gains.is_now
    GROUP BY ALL
),
courses AS (
    SELECT subject, label, list({'day': day, 'gained': gained} ORDER BY day) AS days FROM by_day GROUP BY ALL
)
SELECT
    foremost.subject, foremost.label, foremost.place, before.place AS place_before, foremost.votes,
    before.votes AS votes_before, foremost.papers, before.papers AS papers_before, foremost.newcomers, courses.days
FROM foremost
JOIN courses USING (subject, label)
LEFT JOIN (FROM placed WHERE NOT is_now) AS before USING (subject, label)
ORDER BY foremost.subject, foremost.place;
