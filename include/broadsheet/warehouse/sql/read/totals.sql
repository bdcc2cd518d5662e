-- How much the warehouse holds. How many rows are folded stands in `segments`.
WITH folded AS (
    SELECT
        coalesce(sum(rows) FILTER (table_name = 'captures'), 0) AS captures,
        coalesce(sum(rows) FILTER (table_name = 'snapshots'), 0) AS snapshots,
        coalesce(sum(rows) FILTER (table_name = 'observations'), 0) AS observations,
        coalesce(sum(rows) FILTER (table_name = 'changes'), 0) AS changes
    FROM segments
    WHERE is_read
)
SELECT
    captures + (SELECT count(*) FROM open_captures) AS captures,
    snapshots + (SELECT count(*) FROM open_snapshots) AS snapshots,
    (SELECT count(*) FROM search_documents) AS papers,
    observations + (SELECT count(*) FROM open_observations) AS observations,
    changes + (SELECT count(*) FROM open_changes) AS changes
FROM folded;
