-- Month by month, so that few rows are read for a board; then a paper's places on one list one after the other, since
-- they differ little.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT observed.rowid AS place, observed.*
FROM open_observations AS observed
JOIN open_snapshots USING (snapshot_id)
WHERE starts_with(strftime(captured_at, '%Y-%m'), $period)
ORDER BY strftime(captured_at, '%Y-%m'), list_kind, list_key, paper_id, snapshot_id;
