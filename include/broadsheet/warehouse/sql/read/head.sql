-- Where a list's walk has come to.
SELECT captured_at, capture_id, baseline_id, witness_id
FROM heads
WHERE list_kind = $kind AND list_key = $key;
