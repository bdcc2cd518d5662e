-- The dated lists of a year, of the weeks beside it too, and the searches watched; how long each was in the end.
-- $year
SELECT list_kind, list_key, arg_max(entries, (captured_at, snapshot_id)) AS papers
FROM snapshots
WHERE
    list_kind = 'search'
    OR (
        list_kind IN ('daily', 'weekly', 'monthly')
        AND CAST(left(list_key, 4) AS INTEGER) BETWEEN $year - 1 AND $year + 1
    )
GROUP BY list_kind, list_key
ORDER BY list_kind, list_key;
