-- The keys of a kind before and after one. $kind, $key
SELECT
    max(list_key) FILTER (list_key < $key) AS previous,
    min(list_key) FILTER (list_key > $key) AS next
FROM snapshots
WHERE list_kind = $kind;
