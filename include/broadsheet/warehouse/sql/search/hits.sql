-- What a list of results shows of some papers, and what each of them last stood at. $documents: BIGINT[]
WITH page AS MATERIALIZED (
    SELECT document, paper_id, title, organization, published_at, first_seen_at, lists
    FROM search_documents
    -- IN would have DuckDB read the texts of most papers.
    WHERE list_contains($documents::JSON::BIGINT[], document)
),
seen AS (
    SELECT
        observations.paper_id, max(snapshots.captured_at) AS last_seen_at,
        arg_max(observations.upvotes, snapshots.captured_at) AS upvotes
    FROM page
    JOIN observations USING (paper_id)
    JOIN snapshots USING (snapshot_id)
    GROUP BY observations.paper_id
)
SELECT page.*, seen.last_seen_at, seen.upvotes
FROM page
LEFT JOIN seen USING (paper_id);
