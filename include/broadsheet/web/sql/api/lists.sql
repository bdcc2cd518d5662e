-- The lists known, by kind, the newest first: $limit of them behind $offset, of one kind unless $kind is NULL.
SELECT
    list_kind, list_key, count(*) AS snapshots, min(captured_at) AS first_captured_at,
    max(captured_at) AS last_captured_at, arg_max(entries, (captured_at, snapshot_id)) AS entries,
    count(*) OVER () AS total
FROM snapshots
WHERE $kind IS NULL OR list_kind = $kind
GROUP BY list_kind, list_key
ORDER BY list_kind, list_key DESC
LIMIT $limit OFFSET $offset;
