-- What citations say of the papers asked for, in that order. $ids: a JSON array of ids or titles' keys.
WITH asked AS (
    SELECT unnest($ids::JSON::VARCHAR[]) AS asked, generate_subscripts($ids::JSON::VARCHAR[], 1) AS turn
),
named AS (
    SELECT asked.asked, asked.turn, coalesce(aliases.paper_id, asked.asked) AS paper_id
    FROM asked
    LEFT JOIN aliases ON aliases.alias = asked.asked
)
SELECT
    named.asked, papers.paper_id, papers.title, papers.authors, papers.published_at, papers.organization,
    papers.abstract, papers.ai_keywords, papers.github_url
FROM named
JOIN papers_told_of((SELECT list(paper_id) FROM named)) AS papers ON named.paper_id = papers.paper_id
ORDER BY named.turn;
