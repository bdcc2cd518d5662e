INSERT INTO archive_progress BY NAME
SELECT unnest(from_json(?, '[{"archive_file": "VARCHAR", "loaded_to": "BIGINT"}]'), max_depth := 2);
