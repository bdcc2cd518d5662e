-- These captures are no snapshots any more. $ids: BIGINT[]
DELETE FROM open_observations WHERE snapshot_id IN (SELECT unnest($ids::JSON::BIGINT[]));
DELETE FROM open_snapshots WHERE snapshot_id IN (SELECT unnest($ids::JSON::BIGINT[]));
