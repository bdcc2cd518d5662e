-- All changes of all lists, recomputed from the plain tables with windows over the whole history.
WITH turns AS (
    SELECT
        *, row_number() OVER (PARTITION BY list_kind, list_key ORDER BY captured_at, snapshot_id) AS turn
    FROM snapshots
),
shown AS (
    SELECT turns.list_kind, turns.list_key, turns.turn, showings.paper_id, showings.revision_id
    FROM showings
    JOIN turns USING (snapshot_id)
),
facts AS (
    SELECT turns.*, observations.* EXCLUDE (snapshot_id), shown.revision_id
    FROM observations
    JOIN turns USING (snapshot_id)
    ASOF JOIN shown
        ON
            shown.list_kind = turns.list_kind AND shown.list_key = turns.list_key
            AND shown.paper_id = observations.paper_id AND turns.turn >= shown.turn
),
told AS (
    SELECT
        facts.*,
        last_value(revisions.title IGNORE NULLS) OVER history AS title,
        last_value(revisions.abstract IGNORE NULLS) OVER history AS abstract,
        last_value(revisions.ai_summary IGNORE NULLS) OVER history AS ai_summary,
        last_value(revisions.github_url IGNORE NULLS) OVER history AS github_url,
        last_value(revisions.organization IGNORE NULLS) OVER history AS organization,
        last_value(revisions.project_url IGNORE NULLS) OVER history AS project_url,
        row_number() OVER history > 1 AS seen
    FROM facts
    JOIN revisions USING (paper_id, revision_id)
    WINDOW history AS (PARTITION BY list_kind, list_key, paper_id ORDER BY turn ROWS UNBOUNDED PRECEDING)
),
steps AS (
    SELECT
        new.snapshot_id, old.snapshot_id AS previous_snapshot_id, new.list_kind, new.list_key, new.captured_at,
        new.turn, new.truncated, old.truncated AS previous_truncated, old.entries AS previous_entries
    FROM turns AS new
    JOIN turns AS old
        ON new.list_kind = old.list_kind AND new.list_key = old.list_key AND new.turn = old.turn + 1
),
pairs AS (
    SELECT
        steps.*,
        coalesce(new.paper_id, old.paper_id) AS paper_id,
        new.paper_id IS NOT NULL AS is_on,
        old.paper_id IS NOT NULL AS was_on,
        new.rank, old.rank AS previous_rank, new.upvotes, old.upvotes AS previous_upvotes, new.seen,
        concat_ws(
            ',',
            CASE WHEN old.title IS NOT NULL AND old.title <> new.title THEN 'title' END,
            CASE WHEN old.abstract IS NOT NULL AND old.abstract <> new.abstract THEN 'abstract' END
        ) AS revised,
        concat_ws(
            ',',
            CASE WHEN old.ai_summary IS NULL AND new.ai_summary IS NOT NULL THEN 'ai_summary' END,
            CASE WHEN old.github_url IS NULL AND new.github_url IS NOT NULL THEN 'github_url' END,
            CASE WHEN old.organization IS NULL AND new.organization IS NOT NULL THEN 'organization' END,
            CASE WHEN old.project_url IS NULL AND new.project_url IS NOT NULL THEN 'project_url' END
        ) AS enriched
    FROM steps
    JOIN (SELECT snapshot_id, paper_id FROM observations) AS papers
        ON papers.snapshot_id IN (steps.snapshot_id, steps.previous_snapshot_id)
    LEFT JOIN told AS new ON new.snapshot_id = steps.snapshot_id AND new.paper_id = papers.paper_id
    LEFT JOIN told AS old ON old.snapshot_id = steps.previous_snapshot_id AND old.paper_id = papers.paper_id
),
movements AS (
    SELECT
        *,
        CASE
            WHEN NOT was_on AND previous_truncated AND rank > previous_entries THEN NULL
            WHEN NOT was_on AND seen THEN 'returned'
            WHEN NOT was_on THEN 'entered'
            WHEN NOT is_on AND NOT truncated THEN 'left'
            WHEN rank < previous_rank THEN 'rose'
            WHEN rank > previous_rank THEN 'fell'
            WHEN upvotes > previous_upvotes THEN 'gained'
        END AS change,
        NULL::VARCHAR AS fields
    FROM pairs
    UNION ALL
    SELECT *, 'revised', revised FROM pairs WHERE is_on AND was_on AND revised <> ''
    UNION ALL
    SELECT *, 'enriched', enriched FROM pairs WHERE is_on AND was_on AND enriched <> ''
)
SELECT DISTINCT
    snapshot_id, previous_snapshot_id, list_kind, list_key, captured_at, paper_id, change, rank, previous_rank,
    upvotes, previous_upvotes, fields
FROM movements
WHERE change IS NOT NULL
ORDER BY ALL;
