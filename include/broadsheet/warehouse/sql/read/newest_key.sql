-- The newest list of a kind that was known by a moment. $kind, $moment
SELECT max(list_key) FROM snapshots WHERE list_kind = $kind AND captured_at <= $moment;
