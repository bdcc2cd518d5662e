-- Papers by the ids or titles' keys that are asked for. $ids: a JSON array
WITH asked AS (
    SELECT unnest($ids::JSON::VARCHAR[]) AS asked
)
SELECT asked.asked, papers.*
FROM asked
LEFT JOIN aliases ON aliases.alias = asked.asked
JOIN papers ON papers.paper_id = coalesce(aliases.paper_id, asked.asked);
