-- The newest list of a kind. $kind
SELECT max(list_key) AS key FROM snapshots WHERE list_kind = $kind;
