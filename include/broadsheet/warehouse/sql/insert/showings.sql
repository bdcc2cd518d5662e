INSERT INTO open_showings BY NAME
SELECT unnest(from_json(?, '[{"snapshot_id": "BIGINT", "list_kind": "VARCHAR", "list_key": "VARCHAR",
    "captured_at": "TIMESTAMP", "paper_id": "VARCHAR", "revision_id": "BIGINT"}]'), max_depth := 2);
