-- A list's changes after one moment up to another; either may be NULL.
SELECT changes.*, papers.title
FROM changes
JOIN search_documents AS papers USING (paper_id)
WHERE
    changes.list_kind = $kind AND changes.list_key = $key
    AND ($since IS NULL OR changes.captured_at > $since)
    AND ($until IS NULL OR changes.captured_at <= $until)
ORDER BY changes.captured_at, changes.seq;
