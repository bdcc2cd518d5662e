-- The newest list of a kind that was known by a moment (NULL: now). $kind, $moment
SELECT max(list_key) AS list_key FROM snapshots WHERE list_kind = $kind AND ($moment IS NULL OR captured_at <= $moment);
