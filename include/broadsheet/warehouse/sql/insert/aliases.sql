INSERT INTO aliases BY NAME
SELECT item.* FROM (SELECT unnest(from_json(?, '[{"alias": "VARCHAR", "paper_id": "VARCHAR"}]')) AS item);
