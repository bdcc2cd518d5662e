-- The paper that stands first on the newest snapshot of a kind of list.
SELECT paper_id
FROM observations
JOIN snapshots USING (snapshot_id)
WHERE list_kind = $kind AND rank = 1
ORDER BY captured_at DESC
LIMIT 1;
