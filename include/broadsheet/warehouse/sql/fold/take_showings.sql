CREATE OR REPLACE TEMP TABLE taken AS
SELECT rowid AS place, *
FROM open_showings
WHERE starts_with(strftime(captured_at, '%Y-%m'), $period)
ORDER BY list_kind, list_key, paper_id, captured_at, snapshot_id;
