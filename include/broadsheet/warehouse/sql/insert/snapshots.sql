INSERT INTO open_snapshots BY NAME
SELECT unnest(from_json(?, '[{"snapshot_id": "BIGINT", "list_kind": "VARCHAR", "list_key": "VARCHAR", "captured_at": "TIMESTAMP",
    "entries": "INTEGER", "truncated": "BOOLEAN", "parser": "VARCHAR"}]'), max_depth := 2);
