-- Unbroken stays of papers on a list, longest first.
CREATE OR REPLACE VIEW longest_runs AS
WITH numbered AS (
    SELECT
        snapshot_id, list_kind, list_key, captured_at,
        row_number() OVER (PARTITION BY list_kind, list_key ORDER BY captured_at, snapshot_id) AS turn
    FROM snapshots
),
stays AS (
    SELECT
        numbered.list_kind, numbered.list_key, observations.paper_id, numbered.captured_at, observations.rank,
        numbered.turn - row_number() OVER (
            PARTITION BY numbered.list_kind, numbered.list_key, observations.paper_id ORDER BY numbered.turn
        ) AS stay
    FROM observations
    JOIN numbered USING (snapshot_id)
),
runs AS (
    SELECT
        list_kind, list_key, paper_id, min(captured_at) AS began_at, max(captured_at) AS lasted_to,
        count(*) AS snapshots, min(rank) AS best_rank
    FROM stays
    GROUP BY list_kind, list_key, paper_id, stay
)
SELECT runs.list_kind, runs.list_key, runs.paper_id, papers.title, runs.* EXCLUDE (list_kind, list_key, paper_id)
FROM runs
JOIN search_documents AS papers USING (paper_id)
ORDER BY runs.lasted_to - runs.began_at DESC, runs.best_rank;
