-- Archive files that are known are loaded further: gives them. $ends: a JSON object of file and offset.
UPDATE archive_progress
SET loaded_to = map_extract_value($ends::JSON::MAP(VARCHAR, BIGINT), archive_file)
WHERE map_contains($ends::JSON::MAP(VARCHAR, BIGINT), archive_file)
RETURNING archive_file;
