-- What became of some captures. $ids: BIGINT[]
SELECT capture_id, verdict, reason, snapshot_id
FROM captures
WHERE capture_id IN (SELECT unnest($ids::JSON::BIGINT[]));
