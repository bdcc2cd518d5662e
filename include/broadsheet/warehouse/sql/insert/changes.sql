INSERT INTO open_changes BY NAME
SELECT unnest(from_json(?, '[{"seq": "BIGINT", "snapshot_id": "BIGINT", "previous_snapshot_id": "BIGINT", "list_kind": "VARCHAR",
    "list_key": "VARCHAR", "captured_at": "TIMESTAMP", "paper_id": "VARCHAR", "change": "VARCHAR",
    "rank": "INTEGER", "previous_rank": "INTEGER", "upvotes": "INTEGER", "previous_upvotes": "INTEGER",
    "fields": "VARCHAR"}]'), max_depth := 2);
