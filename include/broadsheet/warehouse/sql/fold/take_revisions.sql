-- The texts that lists began to show.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT told.rowid AS place, told.*
FROM open_revisions AS told
SEMI JOIN (FROM open_showings WHERE starts_with(strftime(captured_at, '%Y-%m'), $period)) USING (paper_id, revision_id)
ORDER BY paper_id, revision_id;
