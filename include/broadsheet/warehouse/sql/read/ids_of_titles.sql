-- The paper each title belongs to: the smallest id that ever bore it. $keys: VARCHAR[]
SELECT title_key, min(paper_id)
FROM revisions
WHERE title_key IN (SELECT unnest($keys::JSON::VARCHAR[])) AND NOT starts_with(paper_id, 'title:')
GROUP BY title_key;
