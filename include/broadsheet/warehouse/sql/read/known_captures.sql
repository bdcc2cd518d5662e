-- Which of these captures are loaded already? $ids: BIGINT[]
SELECT capture_id FROM captures WHERE capture_id IN (SELECT unnest($ids::JSON::BIGINT[]));
