INSERT INTO open_quality BY NAME
SELECT item.* FROM (SELECT unnest(from_json(?, '[{"capture_id": "BIGINT", "note": "VARCHAR"}]')) AS item);
