INSERT INTO heads BY NAME
SELECT unnest(from_json(?, '[{"list_kind": "VARCHAR", "list_key": "VARCHAR", "captured_at": "TIMESTAMP",
    "capture_id": "BIGINT", "baseline_id": "BIGINT", "witness_id": "BIGINT"}]'), max_depth := 2);
