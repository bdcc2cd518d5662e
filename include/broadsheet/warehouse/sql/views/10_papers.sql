-- Every paper as listings told of it, and when the first list held it: of each field what was told last. Reads texts
-- only; `papers` adds the last sight, for which all of history is looked through.
CREATE OR REPLACE VIEW papers_told AS
WITH told AS (
    SELECT
        revisions.*, showings.captured_at,
        -- The same column as the one that comes out: so a question about one paper reads the texts of that one only.
        row_number() OVER (
            PARTITION BY revisions.paper_id ORDER BY showings.captured_at, showings.snapshot_id
        ) AS turn
    FROM showings
    JOIN revisions USING (paper_id, revision_id)
)
SELECT
    paper_id,
    arg_max(title, turn) AS title,
    arg_max(abstract, turn) AS abstract,
    arg_max(authors, turn) AS authors,
    arg_max(num_authors, turn) AS num_authors,
    arg_max(published_at, turn) AS published_at,
    arg_max(submitted_at, turn) AS submitted_at,
    arg_max(submitted_by, turn) AS submitted_by,
    arg_max(organization, turn) AS organization,
    arg_max(github_url, turn) AS github_url,
    arg_max(project_url, turn) AS project_url,
    arg_max(ai_summary, turn) AS ai_summary,
    arg_max(ai_summary_model, turn) AS ai_summary_model,
    arg_max(ai_keywords, turn) AS ai_keywords,
    arg_max(thumbnail_url, turn) AS thumbnail_url,
    arg_max(media_urls, turn) AS media_urls,
    min(captured_at) AS first_seen_at
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
