INSERT INTO archive_progress BY NAME
SELECT item.* FROM (SELECT unnest(from_json(?, '[{"archive_file": "VARCHAR", "loaded_to": "BIGINT"}]')) AS item);
