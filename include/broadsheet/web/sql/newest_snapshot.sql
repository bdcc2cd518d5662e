-- When the newest snapshot of a list, or of the lists of a kind ($key NULL), or of any list ($kind NULL) was taken; NULL
-- if there is none.
SELECT (
    SELECT captured_at
    FROM snapshots
    WHERE ($kind IS NULL OR list_kind = $kind) AND ($key IS NULL OR list_key = $key)
    ORDER BY captured_at DESC
    LIMIT 1
) AS captured_at;
