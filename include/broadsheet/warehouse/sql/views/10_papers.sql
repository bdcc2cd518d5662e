-- Every paper as listings told of it, and when the first list held it: of each field what was told last. Reads texts
-- only; `papers` adds the last sight, for which all of history is looked through.
CREATE OR REPLACE VIEW papers_told AS
WITH told AS (
    SELECT
        revisions.* EXCLUDE (revision_id, title_key, details), showings.captured_at,
        -- The same column as the one that comes out: so a question about one paper reads the texts of that one only.
        row_number() OVER (
            PARTITION BY revisions.paper_id ORDER BY showings.captured_at, showings.snapshot_id
        ) AS turn
    FROM showings
    JOIN revisions USING (paper_id, revision_id)
)
SELECT paper_id, arg_max(COLUMNS(* EXCLUDE (paper_id, captured_at, turn)), turn), min(captured_at) AS first_seen_at
FROM told
GROUP BY paper_id;

-- Every paper as it is known now. first_seen_at and last_seen_at are the first and last snapshot of any list that held
-- it.
CREATE OR REPLACE VIEW papers AS
SELECT papers_told.*, seen.last_seen_at
FROM papers_told
JOIN (
    SELECT paper_id, max(captured_at) AS last_seen_at
    FROM observations
    JOIN snapshots USING (snapshot_id)
    GROUP BY paper_id
) AS seen USING (paper_id);

-- The rows of papers_told of some papers: FROM papers_told_of(['2611.00001', '2611.00002']). Joined to a few papers
-- the view reads all texts, this those of the few.
CREATE OR REPLACE MACRO papers_told_of(ids) AS TABLE
WITH told AS (
    SELECT
        revisions.* EXCLUDE (revision_id, title_key, details), showings.captured_at,
        row_number() OVER (
            PARTITION BY revisions.paper_id ORDER BY showings.captured_at, showings.snapshot_id
        ) AS turn
    FROM showings
    JOIN revisions USING (paper_id, revision_id)
    WHERE showings.paper_id IN (SELECT unnest(ids))
)
SELECT paper_id, arg_max(COLUMNS(* EXCLUDE (paper_id, captured_at, turn)), turn), min(captured_at) AS first_seen_at
FROM told
GROUP BY paper_id;

-- The rows of papers of some papers.
CREATE OR REPLACE MACRO papers_of(ids) AS TABLE
SELECT papers.*, seen.last_seen_at
FROM papers_told_of(ids) AS papers
JOIN (
    SELECT paper_id, max(captured_at) AS last_seen_at
    FROM observations
    JOIN snapshots USING (snapshot_id)
    WHERE paper_id IN (SELECT unnest(ids))
    GROUP BY paper_id
) AS seen USING (paper_id);
