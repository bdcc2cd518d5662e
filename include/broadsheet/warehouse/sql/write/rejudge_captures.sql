-- What a late capture made of the captures after it. One JSON array.
UPDATE open_captures
SET verdict = item.verdict, reason = item.reason, snapshot_id = item.snapshot_id
FROM (
    SELECT unnest(from_json(
        ?, '[{"capture_id": "BIGINT", "verdict": "VARCHAR", "reason": "VARCHAR", "snapshot_id": "BIGINT"}]'
    )) AS item
)
WHERE open_captures.capture_id = item.capture_id;
