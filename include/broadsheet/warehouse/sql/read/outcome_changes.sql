-- How many changes of each kind some snapshots brought. $ids: BIGINT[]
SELECT snapshot_id, change, count(*)
FROM changes
WHERE snapshot_id IN (SELECT unnest($ids::JSON::BIGINT[]))
GROUP BY snapshot_id, change;
