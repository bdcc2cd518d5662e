CREATE OR REPLACE TEMP TABLE taken AS
SELECT rowid AS place, *
FROM open_changes
WHERE starts_with(strftime(captured_at, '%Y-%m'), $period)
ORDER BY seq;
