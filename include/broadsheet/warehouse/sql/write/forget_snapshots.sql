-- These captures are no snapshots any more. $ids: BIGINT[]
DELETE FROM observations WHERE snapshot_id IN (SELECT unnest($ids::JSON::BIGINT[]));
DELETE FROM snapshots WHERE snapshot_id IN (SELECT unnest($ids::JSON::BIGINT[]));
