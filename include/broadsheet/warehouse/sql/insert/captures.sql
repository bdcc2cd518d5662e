INSERT INTO open_captures BY NAME
SELECT unnest(from_json(?, '[{"capture_id": "BIGINT", "captured_at": "TIMESTAMP", "url": "VARCHAR", "status": "SMALLINT",
    "sha256": "VARCHAR", "bytes": "BIGINT", "verdict": "VARCHAR", "reason": "VARCHAR", "parser":
    "VARCHAR", "snapshot_id": "BIGINT", "list_kind": "VARCHAR", "list_key": "VARCHAR", "entries":
    "INTEGER", "asked": "VARCHAR", "part_of": "BIGINT", "truncated": "BOOLEAN", "date_header":
    "VARCHAR", "age_header": "VARCHAR", "archive_file": "VARCHAR", "archive_offset": "BIGINT"}]'), max_depth := 2);
