-- A list's walk has come further.
UPDATE heads
SET captured_at = $captured_at, capture_id = $capture_id, baseline_id = $baseline_id, witness_id = $witness_id
WHERE list_kind = $list_kind AND list_key = $list_key;
