-- Each list: when it was last asked, last believed, last different, and what came last.
CREATE OR REPLACE VIEW source_health AS
SELECT
    list_kind, list_key,
    max(captured_at) AS last_capture_at,
    arg_max(verdict, captured_at) AS last_verdict,
    arg_max(reason, captured_at) AS last_reason,
    max(captured_at) FILTER (verdict IN ('ok', 'unchanged')) AS last_believed_at,
    max(captured_at) FILTER (verdict = 'ok') AS last_changed_at,
    count(*) AS captures,
    count(*) FILTER (verdict NOT IN ('ok', 'unchanged', 'empty')) AS doubted
FROM captures
GROUP BY list_kind, list_key
ORDER BY last_capture_at DESC;
