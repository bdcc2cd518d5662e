-- Some captures that are no follow-up pages. $ids: BIGINT[]
SELECT
    capture_id, captured_at, url, list_kind, list_key, verdict, reason, parser, entries, snapshot_id
FROM captures
WHERE
    capture_id IN (SELECT unnest($ids::JSON::BIGINT[]))
    AND (part_of IS NULL OR part_of NOT IN (SELECT capture_id FROM captures));
