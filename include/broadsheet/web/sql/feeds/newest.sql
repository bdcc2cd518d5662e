-- When a list, or the lists of a kind ($key NULL), last had a snapshot; NULL if never.
SELECT max(captured_at) AS captured_at FROM snapshots WHERE list_kind = $kind AND ($key IS NULL OR list_key = $key);
