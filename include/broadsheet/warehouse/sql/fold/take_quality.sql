CREATE OR REPLACE TEMP TABLE taken AS
SELECT noted.rowid AS place, noted.*
FROM open_quality AS noted
SEMI JOIN (FROM open_captures WHERE starts_with(strftime(captured_at, '%Y-%m'), $period)) USING (capture_id)
ORDER BY capture_id, note;
