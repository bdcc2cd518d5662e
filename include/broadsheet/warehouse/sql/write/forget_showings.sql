DELETE FROM open_showings WHERE snapshot_id IN (SELECT unnest($ids::JSON::BIGINT[]));
