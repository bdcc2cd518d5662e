-- Papers in the order in which they were first seen: $limit of them after the paper $after and not before $since;
-- either may be NULL.
WITH last AS (
    SELECT first_seen_at, paper_id FROM papers_told WHERE paper_id = $after
)
SELECT papers.*
FROM papers
LEFT JOIN last ON true
WHERE
    (last.paper_id IS NULL OR (papers.first_seen_at, papers.paper_id) > (last.first_seen_at, last.paper_id))
    AND ($since IS NULL OR papers.first_seen_at >= $since)
ORDER BY papers.first_seen_at, papers.paper_id
LIMIT $limit;
