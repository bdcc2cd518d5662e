-- Papers by the ids or titles' keys that are asked for. $ids: a JSON array
WITH asked AS (
    SELECT unnest($ids::JSON::VARCHAR[]) AS asked
),
named AS (
    SELECT asked.asked, coalesce(aliases.paper_id, asked.asked) AS paper_id
    FROM asked
    LEFT JOIN aliases ON aliases.alias = asked.asked
)
SELECT named.asked, papers.*
FROM named
JOIN papers_of((SELECT list(paper_id) FROM named)) AS papers ON named.paper_id = papers.paper_id;
