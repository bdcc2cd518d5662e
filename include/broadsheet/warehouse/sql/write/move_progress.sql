-- Archive files are loaded further. $ends: a JSON object of file and offset.
UPDATE archive_progress
SET loaded_to = map_extract_value($ends::JSON::MAP(VARCHAR, BIGINT), archive_file)
WHERE map_contains($ends::JSON::MAP(VARCHAR, BIGINT), archive_file);
