DELETE FROM held_observations WHERE capture_id IN (SELECT unnest($ids::JSON::BIGINT[]));
