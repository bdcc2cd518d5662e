-- When the first snapshot of any list was taken; NULL if there is none.
SELECT min(captured_at) AS captured_at FROM snapshots;
