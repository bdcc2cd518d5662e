-- When the newest snapshot of any list was taken; NULL if there is none.
SELECT max(captured_at) AS captured_at FROM snapshots
