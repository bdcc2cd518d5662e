CREATE OR REPLACE TEMP TABLE taken AS
SELECT rowid AS place, *
FROM open_captures
WHERE starts_with(strftime(captured_at, '%Y-%m'), $period)
ORDER BY captured_at, capture_id;
