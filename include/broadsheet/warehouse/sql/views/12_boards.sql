-- The ranked paper ids of each snapshot.
CREATE OR REPLACE VIEW boards AS
SELECT
    snapshots.snapshot_id, snapshots.list_kind, snapshots.list_key, snapshots.captured_at,
    list(observations.paper_id ORDER BY observations.rank) AS paper_ids
FROM snapshots
JOIN observations USING (snapshot_id)
GROUP BY ALL;
