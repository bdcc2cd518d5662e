-- Which of these captures are loaded already? $ids: BIGINT[]
SELECT capture_id
FROM captures
WHERE
    capture_id BETWEEN list_min($ids::JSON::BIGINT[]) AND list_max($ids::JSON::BIGINT[])
    AND capture_id IN (SELECT unnest($ids::JSON::BIGINT[]));
