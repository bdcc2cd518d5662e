-- The lists that ever showed a paper, believed or held, and where it stands first on each. $paper: VARCHAR
SELECT list_kind, list_key, min(captured_at), arg_min(capture_id, captured_at)
FROM captures
WHERE
    capture_id IN (SELECT snapshot_id FROM observations WHERE paper_id = $paper)
    OR capture_id IN (SELECT capture_id FROM held_observations WHERE paper_id = $paper)
GROUP BY list_kind, list_key;
