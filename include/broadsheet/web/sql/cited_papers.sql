-- What citations say of the papers asked for, in that order. $ids: a JSON array of ids or titles' keys.
WITH asked AS (
    SELECT unnest($ids::JSON::VARCHAR[]) AS asked, generate_subscripts($ids::JSON::VARCHAR[], 1) AS turn
)
SELECT
    asked.asked, papers.paper_id, papers.title, papers.authors, papers.published_at, papers.organization,
    papers.abstract, papers.ai_keywords, papers.github_url
FROM asked
LEFT JOIN aliases ON aliases.alias = asked.asked
JOIN papers_told AS papers ON papers.paper_id = coalesce(aliases.paper_id, asked.asked)
ORDER BY asked.turn;
