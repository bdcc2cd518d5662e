-- Take in deliveries and exclusions: new ones, and what differs of those that are here. `told` is an Arrow table; tells how many rows that were.
MERGE INTO delivery_log
USING told
ON delivery_log.slot = told.slot
    AND delivery_log.run_key = told.run_key
    AND delivery_log.subscriber_id = told.subscriber_id
    AND delivery_log.occasion = told.occasion
WHEN MATCHED AND (
    delivery_log.state, delivery_log.attempts, delivery_log.doubts, delivery_log.phase, delivery_log.code,
    delivery_log.enhanced, delivery_log.resolution, delivery_log.updated_at, delivery_log.bounce,
    delivery_log.bounce_status, delivery_log.bounced_at
) IS DISTINCT FROM (
    told.state, told.attempts, told.doubts, told.phase, told.code,
    told.enhanced, told.resolution, told.updated_at, told.bounce,
    told.bounce_status, told.bounced_at
) THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
