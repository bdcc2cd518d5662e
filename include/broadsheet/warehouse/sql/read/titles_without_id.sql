-- Papers known by one of these titles only. $keys: VARCHAR[]
SELECT DISTINCT paper_id
FROM revisions
WHERE
    paper_id >= 'title:' -- Leaves out, unread, whatever holds ids only.
    AND paper_id IN (SELECT unnest($keys::JSON::VARCHAR[]));
