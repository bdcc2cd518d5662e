DELETE FROM showings WHERE snapshot_id IN (SELECT unnest($ids::JSON::BIGINT[]));
