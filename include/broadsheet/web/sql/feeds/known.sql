-- What there can be feeds of: the kinds of lists, and each search that is watched by its name.
SELECT DISTINCT list_kind, CASE WHEN list_kind = 'search' THEN list_key ELSE '' END AS key
FROM snapshots
WHERE list_kind <> 'paper'
ORDER BY ALL;
