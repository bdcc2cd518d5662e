INSERT INTO showings BY NAME
SELECT item.* FROM (SELECT unnest(from_json(?, '[{"snapshot_id": "BIGINT", "paper_id": "VARCHAR", "revision_id": "BIGINT"}]')) AS item);
