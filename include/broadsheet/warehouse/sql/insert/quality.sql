INSERT INTO open_quality BY NAME
SELECT unnest(from_json(?, '[{"capture_id": "BIGINT", "note": "VARCHAR"}]'), max_depth := 2);
