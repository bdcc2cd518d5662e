-- Papers in the order in which they were first seen: $limit of them after the paper $after and not before $since;
-- either may be NULL.
WITH last AS (
    SELECT first_seen_at, paper_id FROM search_documents WHERE paper_id = $after
),
page AS (
    SELECT known.paper_id
    FROM search_documents AS known
    LEFT JOIN last ON true
    WHERE
        (last.paper_id IS NULL OR (known.first_seen_at, known.paper_id) > (last.first_seen_at, last.paper_id))
        AND ($since IS NULL OR known.first_seen_at >= $since)
    ORDER BY known.first_seen_at, known.paper_id
    LIMIT $limit
)
FROM papers_of((SELECT list(paper_id) FROM page))
ORDER BY first_seen_at, paper_id;
